#include "store/content_range.hpp"

#include <gtest/gtest.h>

namespace ci::store {
namespace {

TEST(ContentRange, IsRead) {
  const auto range = parse_content_range("bytes 10-19/100");
  ASSERT_TRUE(range);
  EXPECT_EQ(range->first, 10U);
  EXPECT_EQ(range->last, 19U);
  EXPECT_EQ(range->total, 100U);
  EXPECT_FALSE(parse_content_range("BYTES 0-0/*")->total);
}

TEST(ContentRange, ThatMakesNoSenseIsNone) {
  for (const char* text : {"", "bytes", "bytes 1-2", "bytes 2-1/9", "bytes 0-9/9", "bytes -1-2/9", "bytes a-b/c",
                           "items 0-1/2", "bytes 0/1-2", "bytes */9", "bytes 0-1/99999999999999999999"}) {
    EXPECT_FALSE(parse_content_range(text)) << text;
  }
}

TEST(ContentRange, OfAnUnsatisfiedRangeTellsTheLength) {
  EXPECT_EQ(parse_unsatisfied_range("bytes */0"), 0U);
  EXPECT_EQ(parse_unsatisfied_range("bytes */1000"), 1000U);
  EXPECT_FALSE(parse_unsatisfied_range("bytes 0-1/2"));
  EXPECT_FALSE(parse_unsatisfied_range("*/-1"));
}

}  // namespace
}  // namespace ci::store
