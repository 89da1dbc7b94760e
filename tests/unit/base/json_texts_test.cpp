#include "base/json_texts.hpp"

#include <gtest/gtest.h>

namespace ci::base {
namespace {

using Texts = std::vector<std::string>;

TEST(JsonTexts, AreAnArrayInTheirOrder) {
  EXPECT_EQ(texts_json({"b", "", "a\"\n"}).compact(), R"(["b","","a\"\n"])");
  EXPECT_EQ(texts_json({}).compact(), "[]");
}

TEST(JsonTexts, AreReadAsTheyWereWritten) {
  const Texts texts = {"x", "", "\xC3\xA4 \t", "x"};
  EXPECT_EQ(texts_in(parse_json(texts_json(texts).compact()).value()), texts);
}

TEST(JsonTexts, OfAnotherFormAreEmptyOrNone) {
  EXPECT_EQ(texts_in(parse_json(R"(["a",1,null,["b"]])").value()), (Texts{"a", "", "", ""}));
  for (const char* other : {"null", "\"a\"", R"({"a":"b"})"}) EXPECT_EQ(texts_in(parse_json(other).value()), Texts());
}

}  // namespace
}  // namespace ci::base
