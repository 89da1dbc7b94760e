#include "key/parts.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.hpp"

namespace ci::key {
namespace {

using testing::HasSubstr;

Parts several() {
  return {{{"os", "debian 12"},
           {"go.sum", "abc", FactKind::modules, {{"golang.org/x/net", "v0.30.0"}}},
           {"sources", "def", FactKind::files, {{"a/x.go", "11"}, {"main.go", "22"}}}}};
}

Part many_files(int count) {
  Part part{"sources", "digest", FactKind::files};
  for (int file = 0; file < count; ++file) {
    part.facts.push_back(
        {fmt::format("internal/folder{:03}/deep/deeper/deepest/source_file_{:06}.go", file / 300, file),
         "0123456789abcdef"});
  }
  return part;
}

TEST(Parts, AreReadAsTheyWereWritten) {
  const auto parts = several();
  EXPECT_EQ(decode_parts(to_json(parts)).value(), parts);
}

TEST(Parts, AreFoundInALabelBesideOtherThings) {
  base::Json label;
  label.set("delta", 1).set("parts", to_json(several()));
  EXPECT_EQ(parts_of_label(label.compact()).value(), several());
}

TEST(Parts, ALabelWithoutThemIsAnError) {
  for (const char* label : {"", "{}", "[]", "{\"parts\":7}", "not JSON", "{\"parts\":{}}", "{\"parts\":\"\"}",
                            "{\"parts\":\"[]\"}", "{\"parts\":[]}"}) {
    const auto parts = parts_of_label(label);
    ASSERT_FALSE(parts.has_value()) << label;
    EXPECT_EQ(parts.error().kind, base::ErrorKind::data) << label;
  }
}

TEST(Parts, WhatIsNotOursIsRefused) {
  const auto decoded = [](const std::string& part) { return decode_parts(base::parse_json("[" + part + "]").value()); };
  EXPECT_TRUE(decoded("{\"name\":\"a\",\"value\":\"b\"}").has_value());
  EXPECT_FALSE(decoded("{\"value\":\"b\"}").has_value()) << "no name";
  EXPECT_FALSE(decoded("{\"name\":\"a\",\"kind\":\"cakes\"}").has_value());
  EXPECT_FALSE(decoded("{\"name\":\"a\",\"kind\":\"files\",\"depth\":-1}").has_value());
  EXPECT_FALSE(decoded("{\"name\":\"a\",\"kind\":\"files\",\"facts\":[[\"x\",\"1\"],[\"x\",\"2\"]]}").has_value());
  EXPECT_FALSE(decoded("{\"name\":\"a\",\"kind\":\"files\",\"facts\":[[\"x\"]]}").has_value());
  EXPECT_FALSE(decoded("{\"name\":\"a\",\"value\":\"1\"},{\"name\":\"a\",\"value\":\"2\"}").has_value()) << "twice";
  std::string many = "{\"name\":\"a\"}";
  for (int i = 0; i < 255; ++i) many += ",{\"name\":\"" + std::to_string(i) + "\"}";
  EXPECT_TRUE(decoded(many).has_value());
  EXPECT_FALSE(decoded(many + ",{\"name\":\"b\"}").has_value());
}

TEST(Parts, LongListsOfFilesBecomeFoldersThatFit) {
  const Parts parts{{{"os", "debian 12"}, many_files(20'000)}};
  const auto json = to_json(parts);
  EXPECT_LE(json.compact().size(), kLongestParts);
  const auto decoded = decode_parts(json).value();
  const auto* sources = decoded.find("sources");
  ASSERT_NE(sources, nullptr);
  EXPECT_GT(sources->depth, 0U);
  EXPECT_FALSE(sources->facts.empty());
  EXPECT_EQ(*sources, folded(parts.parts[1], sources->depth));
  EXPECT_EQ(*decoded.find("os"), parts.parts[0]);
}

TEST(Parts, ListsThatNoFolderShortensAreLeftOut) {
  Part part{"packages", "digest", FactKind::packages};
  for (int i = 0; i < 20'000; ++i) part.facts.push_back({fmt::format("{:08}{}", i, std::string(100, 'x')), "1"});
  const auto json = to_json(Parts{{part}});
  EXPECT_LE(json.compact().size(), kLongestParts);
  EXPECT_EQ(decode_parts(json).value().parts.front().value, "digest");
}

TEST(Parts, AFolderHoldsAllFilesBelowIt) {
  const Part part{
      "sources", "x", FactKind::files, {{"a/b/c.go", "1"}, {"a/d.go", "2"}, {"a.go", "3"}, {"z/q.go", "4"}}};
  const auto one = folded(part, 1);
  ASSERT_EQ(one.facts.size(), 3U);
  EXPECT_EQ(one.facts[0].name, "./");
  EXPECT_EQ(one.facts[1].name, "a/");
  EXPECT_EQ(one.facts[2].name, "z/");
  EXPECT_EQ(folded(part, 2).facts.size(), 4U);
  auto other = part;
  other.facts[0].value = "5";
  EXPECT_NE(folded(other, 1).facts[1], one.facts[1]);
  EXPECT_EQ(folded(other, 1).facts[2], one.facts[2]);
}

TEST(Printable, IsUtf8AndTellsAllNamesApart) {
  EXPECT_EQ(printable("é/main.go"), "é/main.go");
  EXPECT_EQ(printable("\xE9.go"), "\\xE9.go");
  EXPECT_EQ(printable("a\nb"), "a\\x0Ab");
  EXPECT_EQ(printable("\\xE9.go"), "\\x5CxE9.go");
  EXPECT_EQ(printable("\xC3"), "\\xC3") << "a character that is cut off";
  EXPECT_EQ(printable("\xED\xA0\x80"), "\\xED\\xA0\\x80") << "a surrogate";
}

}  // namespace
}  // namespace ci::key
