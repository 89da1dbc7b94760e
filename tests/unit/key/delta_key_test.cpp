#include "key/delta_key.hpp"

#include <gtest/gtest.h>

namespace ci::key {
namespace {

TEST(DeltaKey, TellsItsKeyAndItsBase) {
  const auto key = delta_key("go-1-aa-bb", "go-1-aa-cc");
  EXPECT_TRUE(key.starts_with(start_of_delta_keys("go-1-aa-bb"))) << key;
  const auto read = read_delta_key(key);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->key, "go-1-aa-bb");
  EXPECT_EQ(read->base, base_mark("go-1-aa-cc"));
  EXPECT_NE(read->base, base_mark("go-1-aa-dd"));
}

TEST(DeltaKey, TheMarkIsThatOfSha256) {
  EXPECT_EQ(delta_key("k", "abc"), "k~dba7816bf8f01cfea");  // FIPS 180-4's example
}

TEST(DeltaKey, ASuffixOfARunChangesNothing) {
  EXPECT_EQ(read_delta_key(delta_key("k", "base") + "~r12.1")->key, "k");
  EXPECT_EQ(base_mark("base~r12.1"), base_mark("base"));
  EXPECT_EQ(without_run("k~r12.1"), "k");
  EXPECT_EQ(without_run("k"), "k");
}

TEST(DeltaKey, OtherKeysAreNone) {
  for (const char* key : {"", "k", "k~d", "k~d123", "k~dba7816bf8f01cfeX", "k~dBA7816BF8F01CFEA", "kba7816bf8f01cfea",
                          "k~rba7816bf8f01cfea", "k~dba7816bf8f01cfea-"})
    EXPECT_FALSE(read_delta_key(key)) << key;
}

}  // namespace
}  // namespace ci::key
