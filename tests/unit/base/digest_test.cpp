#include "base/digest.hpp"

#include <gtest/gtest.h>

namespace ci::base {
namespace {

TEST(Sha256, GivesThePublishedDigests) {
  EXPECT_EQ(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(sha256(std::string(1'000'000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, ServesOneMessageAfterTheOther) {
  Sha256 running;
  running.update("a");
  running.update("bc");
  EXPECT_EQ(running.finish(), sha256("abc"));
  running.update("abc");
  EXPECT_EQ(running.finish(), sha256("abc"));
  EXPECT_EQ(running.finish(), sha256(""));
}

}  // namespace
}  // namespace ci::base
