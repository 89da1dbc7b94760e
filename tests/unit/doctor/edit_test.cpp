#include "doctor/edit.hpp"

#include <gtest/gtest.h>

namespace ci::doctor {
namespace {

TEST(Edit, ADiffShowsThreeLinesAroundAChange) {
  const Source source("ci.yml", "1\n2\n3\n4\n5\n6\n7\n8\n9\n");
  const Edit edit = {{5, 1, {"five", "and more"}}};
  EXPECT_EQ(unified_diff(source, edit),
            "--- a/ci.yml\n+++ b/ci.yml\n@@ -2,7 +2,8 @@\n 2\n 3\n 4\n-5\n+five\n+and more\n 6\n 7\n 8\n");
  EXPECT_EQ(edited_text(source, edit), "1\n2\n3\n4\nfive\nand more\n6\n7\n8\n9\n");
}

TEST(Edit, ChangesThatAreNearShareAHunkAndThoseFarApartDoNot) {
  std::string text;
  for (int i = 1; i <= 30; ++i) text += std::to_string(i) + "\n";
  const Source source("ci.yml", text);
  EXPECT_EQ(unified_diff(source, {{2, 1, {}}, {5, 0, {"x"}}}),
            "--- a/ci.yml\n+++ b/ci.yml\n@@ -1,7 +1,7 @@\n 1\n-2\n 3\n 4\n+x\n 5\n 6\n 7\n");
  const auto apart = unified_diff(source, {{2, 1, {}}, {20, 0, {"x"}}});
  EXPECT_NE(apart.find("@@ -1,5 +1,4 @@"), std::string::npos) << apart;
  EXPECT_NE(apart.find("@@ -17,6 +16,7 @@"), std::string::npos) << apart;
}

TEST(Edit, ALastLineWithoutAnEndKeepsThatUnlessLinesFollow) {
  const Source source("ci.yml", "a\nb");
  EXPECT_EQ(edited_text(source, {{1, 1, {"A"}}}), "A\nb");
  EXPECT_EQ(unified_diff(source, {{1, 1, {"A"}}}),
            "--- a/ci.yml\n+++ b/ci.yml\n@@ -1,2 +1,2 @@\n-a\n+A\n b\n\\ No newline at end of file\n");
  EXPECT_EQ(edited_text(source, {{3, 0, {"c"}}, {3, 0, {"d"}}}), "a\nb\nc\nd\n");
  EXPECT_EQ(unified_diff(source, {{3, 0, {"c"}}}),
            "--- a/ci.yml\n+++ b/ci.yml\n@@ -1,2 +1,3 @@\n a\n-b\n\\ No newline at end of file\n+b\n+c\n");
}

TEST(Edit, LinesThatEndInCarriageReturnsGetMoreOfTheSame) {
  const Source source("ci.yml", "a\r\nb\r\n");
  EXPECT_EQ(edited_text(source, {{2, 0, {"x"}}}), "a\r\nx\r\nb\r\n");
}

}  // namespace
}  // namespace ci::doctor
