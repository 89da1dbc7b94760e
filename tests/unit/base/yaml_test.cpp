#include "base/yaml.hpp"

#include <gtest/gtest.h>

namespace ci::base {
namespace {

std::string repeated(std::string_view text, int times) {
  std::string whole;
  for (int i = 0; i < times; ++i) whole += text;
  return whole;
}

// What parse_yaml says of `text`: "line:column: message", or "" when it takes it.
std::string refusal(const std::string& text) {
  const auto parsed = parse_yaml(text);
  if (parsed) return "";
  const auto& [at, message] = parsed.error();
  return std::to_string(at.line) + ":" + std::to_string(at.column) + ": " + message;
}

TEST(Yaml, AnAliasIsACopyOfWhatItStandsFor) {
  const auto parsed = parse_yaml("a: &name [x, y]\nb: *name\n");
  ASSERT_TRUE(parsed.has_value());
  ASSERT_EQ(parsed->members.size(), 2U);
  EXPECT_EQ(parsed->members[1].value.items.size(), 2U);
  EXPECT_EQ(parsed->members[1].value.items[1].text, "y");
}

TEST(Yaml, ALongTextWithManyAliasesIsRefusedBeforeItIsCopied) {
  const std::string text = "a: &text " + repeated("x", 500'000) + "\nb:\n" + repeated("- *text\n", 60'000);
  EXPECT_EQ(refusal(text), "1:4: more than 4 MiB of text, each alias (*name) counted as what it stands for");
}

TEST(Yaml, NestedAliasesAreRefusedWhenTheyMakeTooManyValues) {
  std::string text = "a0: &a0 [" + repeated("x,", 10) + "]\n";
  for (int i = 1; i < 10; ++i) {
    const auto before = "*a" + std::to_string(i - 1) + ",";
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + repeated(before, 10) + "]\n";
  }
  EXPECT_NE(refusal(text).find("more than 100,000 values"), std::string::npos) << refusal(text);
}

TEST(Yaml, AnAliasToWhatItLiesInIsRefused) {
  EXPECT_NE(refusal("a: &a [*a]\n").find("nested too deeply"), std::string::npos);
}

TEST(Yaml, BracketsInsideOfTextAreNoNesting) {
  EXPECT_EQ(refusal("run: |\n" + repeated("  printf '\\e[31m{'\n", 100)), "");
}

TEST(Yaml, DeepNestingIsRefusedInEveryForm) {
  for (const char* opening : {"[", "{", "- ", "? "}) {
    EXPECT_NE(refusal(repeated(opening, 300'000)).find("nested too deeply"), std::string::npos) << opening;
  }
}

TEST(Yaml, AKeyThatStandsTwiceIsRefusedWithBothLines) {
  EXPECT_EQ(refusal("a: 1\nb: 2\na: 3\n"), "3:1: 'a' stands twice; first in line 1");
}

TEST(Yaml, AMapOfManyKeysIsReadInLinearTime) {
  std::string text;
  for (int i = 0; i < 49'000; ++i) text += "k" + std::to_string(i) + ": v\n";
  const auto parsed = parse_yaml(text);
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->members.size(), 49'000U);
}

}  // namespace
}  // namespace ci::base
