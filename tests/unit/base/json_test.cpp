#include "base/json.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <chrono>
#include <cmath>
#include <limits>

namespace ci::base {
namespace {

using testing::HasSubstr;

TEST(Json, IsWrittenCompactAndPrettyInTheOrderOfItsMembers) {
  Json document;
  document.set("b", 1).set("a", Json::array().push(true).push(nullptr).push("x\"\n")).set("b", 2);
  EXPECT_EQ(document.compact(), R"({"b":2,"a":[true,null,"x\"\n"]})");
  EXPECT_EQ(document.pretty(), "{\n  \"b\": 2,\n  \"a\": [\n    true,\n    null,\n    \"x\\\"\\n\"\n  ]\n}");
}

TEST(Json, ReadsWhatItWrote) {
  Json document;
  document.set("integer", std::int64_t{-9007199254740993})
      .set("double", 0.1)
      .set("tiny", 5e-324)
      .set("whole", 3.0)
      .set("text", std::string("a\0b\xC3\xA4", 5))
      .set("", Json::object())
      .set("list", Json::array());
  for (const auto& text : {document.compact(), document.pretty()}) {
    const auto read = parse_json(text);
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_EQ(*read, document);
  }
}

TEST(Json, WritesValidJsonWhateverItHolds) {
  Json document;
  document.set("bad \xFF", "\xC3").set("inf", std::numeric_limits<double>::infinity()).set("nan", std::nan(""));
  EXPECT_EQ(document.compact(), "{\"bad \xEF\xBF\xBD\":\"\xEF\xBF\xBD\",\"inf\":null,\"nan\":null}");
}

TEST(Json, GivesTheEmptyValueWhereAnotherTypeStands) {
  const Json document = parse_json(R"({"n": 1.5, "s": "x", "deep": {"list": [7]}})").value();
  EXPECT_EQ(document["n"].as_string(), "");
  EXPECT_EQ(document["n"].as_integer(), 0);
  EXPECT_EQ(document["s"].as_number(), 0);
  EXPECT_FALSE(document["s"].as_bool());
  EXPECT_TRUE(document["s"].items().empty());
  EXPECT_TRUE(document["absent"]["further"].is_null());
  EXPECT_EQ(document["deep"]["list"].items().at(0).as_number(), 7);
  EXPECT_TRUE(document.contains("n"));
  EXPECT_FALSE(document.contains("absent"));
  EXPECT_FALSE(document["s"].contains("n"));
}

TEST(Json, KeepsLargeNumbersAsNearAsItCan) {
  EXPECT_EQ(parse_json("9223372036854775807")->as_integer(), INT64_MAX);
  EXPECT_FALSE(parse_json("9223372036854775808")->is_integer());
  EXPECT_EQ(parse_json("9223372036854775808")->as_number(), 9223372036854775808.0);
}

TEST(Json, SaysWhereADocumentIsWrong) {
  const auto wrong = parse_json("{\n  \"a\": 1,\n  \"b\" 2\n}");
  ASSERT_FALSE(wrong.has_value());
  EXPECT_EQ(wrong.error().kind, ErrorKind::data);
  EXPECT_THAT(wrong.error().message, HasSubstr("line 3, column 7"));
  for (const char* text : {"", " ", "{", "[1,]", "{\"a\":1,}", "nul", "1 2", "'a'", "\"\xFF\"", "NaN", "// x\n1"}) {
    EXPECT_FALSE(parse_json(text).has_value()) << text;
  }
}

TEST(Json, RefusesAZeroByteAnywhere) {
  using namespace std::string_view_literals;
  for (const auto text : {"{}\0"sv, "{}\0junk"sv, "{}\0{}"sv, "{} \n\0\n"sv, "1\0"sv, "\0"sv, "\0{}"sv, "[1,\0 2]"sv,
                          "{\0}"sv, "\"a\0b\""sv}) {
    const auto wrong = parse_json(text);
    ASSERT_FALSE(wrong.has_value()) << testing::PrintToString(text);
    EXPECT_EQ(wrong.error().kind, ErrorKind::data);
  }
  EXPECT_THAT(parse_json("{\n}\n \0junk"sv).error().message, HasSubstr("line 3, column 2"));
  EXPECT_EQ(parse_json(R"("a\u0000b")")->as_string(), "a\0b"sv);
}

TEST(Json, RefusesDocumentsNestedTooDeeply) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(parse_json(nested(64)).has_value());
  const auto wrong = parse_json(nested(65));
  ASSERT_FALSE(wrong.has_value());
  EXPECT_THAT(wrong.error().message, HasSubstr("nested too deeply"));
  EXPECT_FALSE(parse_json(std::string(1000000, '[')).has_value());
}

TEST(Json, FindsEachOfManyMembersAtOnce) {
  constexpr int kMany = 100'000;
  std::string text;
  for (int i = 0; i < kMany; ++i) text += fmt::format("{}\"name {}\":{}", i == 0 ? '{' : ',', i, i);
  text += '}';
  const auto began = std::chrono::steady_clock::now();
  const Json read = parse_json(text).value();
  Json copy = read;
  for (int i = 0; i < kMany; ++i) ASSERT_EQ(copy[fmt::format("name {}", i)].as_integer(), i);
  // It takes tenths of a second; looking through all members each time took minutes.
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(10));
  EXPECT_EQ(copy["name"], Json());
  EXPECT_FALSE(copy.contains("name 100000"));
  copy.set("name 7", "seven").set("new", 1);
  EXPECT_EQ(copy["name 7"].as_string(), "seven");
  EXPECT_EQ(copy["new"].as_integer(), 1);
  EXPECT_EQ(read["name 7"].as_integer(), 7) << "a copy is its own";
  EXPECT_EQ(read.compact(), text) << "the order stays";
}

TEST(Json, TakesTheLastOfEqualNames) {
  const auto document = parse_json(R"({"a":1,"a":2})");
  EXPECT_EQ(document->compact(), R"({"a":2})");
}

}  // namespace
}  // namespace ci::base
