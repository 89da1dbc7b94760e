#include "base/ids.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <set>

namespace ci::base {
namespace {

TEST(Ids, AreVersion4UuidsThatDiffer) {
  const std::regex form("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const auto id = random_uuid();
    EXPECT_TRUE(std::regex_match(id, form)) << id;
    seen.insert(id);
  }
  EXPECT_EQ(seen.size(), 100U);
}

TEST(Ids, AreHexadecimalOfTheLengthAskedFor) {
  EXPECT_TRUE(std::regex_match(random_hex(16), std::regex("[0-9a-f]{32}")));
  EXPECT_NE(random_hex(16), random_hex(16));
  EXPECT_EQ(random_hex(0), "");
}

}  // namespace
}  // namespace ci::base
