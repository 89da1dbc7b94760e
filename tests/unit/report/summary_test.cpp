#include "report/summary.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "report/sample_record.hpp"
#include "report/terminal_report.hpp"
#include "report/verdict.hpp"

namespace ci::report {
namespace {

using testing::HasSubstr;
using testing::Not;

std::vector<std::size_t> positions(const std::string& text, const std::vector<std::string>& pieces) {
  std::vector<std::size_t> found;
  for (const auto& piece : pieces) found.push_back(text.find(piece));
  return found;
}

// What Markdown reads as Markdown: fences hide what is between them.
std::string without_fences(const std::string& text) {
  std::istringstream lines(text);
  std::string prose, fence;
  for (std::string line; std::getline(lines, line);) {
    if (fence.empty() && line.starts_with("```")) {
      fence = line.substr(0, line.find_first_not_of('`'));
    } else if (fence.empty()) {
      prose += line + '\n';
    } else if (line == fence) {
      fence.clear();
    }
  }
  return prose;
}

TEST(Verdict, SaysWhatWasDoneAndWhetherTheBudgetWasMet) {
  EXPECT_EQ(verdict(test::succeeded()),
            "2 packages and 1 dependency installed in 3.1 s, within the budget of 1 min 13 s, 1 smoke test passed");
}

TEST(Verdict, NamesTheFirstFailureAndNotAWarning) {
  EXPECT_EQ(verdict(test::failed()), "Failed after 3.2 s: smoke test failed: ffmpeg -x");
}

TEST(Verdict, SaysWhenNothingWasMissing) {
  auto record = test::succeeded();
  record.apt->tier = "none";
  EXPECT_THAT(verdict(record), HasSubstr("2 packages already there, nothing to install"));
}

TEST(Summary, TellsWhatMattersMostFirst) {
  auto record = test::failed();
  record.caches.emplace_back().name = "assets";
  record.spans = {{"apt", "download", 0, 1.9}, {"apt", "unpack", 1.9, 1.2}};
  const auto text = summary(record, nullptr);
  const auto at = positions(
      text, {"### ❌ Failed", "#### Problems", "#### Caches", "#### Phases", "#### Packages", "#### Smoke tests",
             "last line", "#### Critical path", "#### Reproduce locally", "/state/records/1.json"});
  EXPECT_TRUE(std::is_sorted(at.begin(), at.end())) << text;
  EXPECT_NE(at.back(), std::string::npos) << text;
}

TEST(Summary, ShowsRequestedPackagesFirstThenTheLargest) {
  auto record = test::succeeded();
  record.apt->packages.push_back(test::package("libsmall", 1, false));
  const auto text = summary(record, nullptr);
  const auto at = positions(text, {"ffmpeg</code>**", "libgl1</code>**", "libavcodec59</code>", "libsmall</code>"});
  EXPECT_TRUE(std::is_sorted(at.begin(), at.end())) << text;
  EXPECT_NE(at.back(), std::string::npos) << text;
}

TEST(Summary, FoldsLongPackageTables) {
  auto record = test::succeeded();
  EXPECT_THAT(summary(record, nullptr), Not(HasSubstr("<details>")));
  for (int i = 0; i < 18; ++i) record.apt->packages.push_back(test::package("p" + std::to_string(i), i, false));
  EXPECT_THAT(summary(record, nullptr), HasSubstr("<details>"));
}

TEST(Summary, OtherPeoplesTextIsShownAndNotObeyed) {
  auto record = test::failed();
  record.job = "a|b\n# heading";
  record.problems[1].message = "<script>alert(1)</script> @octocat [x](http://evil) |";
  record.problems[1].hint = "`rm -rf`\n| a |";
  record.smoke[0].command = "echo '`|<b>'";
  record.smoke[0].output = "````\n</details># out";
  record.apt->packages[0].name = "x|y</code><b>";
  const auto text = summary(record, nullptr);
  EXPECT_THAT(text, HasSubstr("`````\n````\n</details># out\n`````\n"));
  EXPECT_THAT(text, HasSubstr(R"(--smoke 'echo '\''`|<b>'\''')"));
  const auto prose = without_fences(text);
  EXPECT_THAT(prose, Not(HasSubstr("<script")));
  EXPECT_THAT(prose, Not(HasSubstr("@octocat")));
  EXPECT_THAT(prose, Not(HasSubstr("](")));
  EXPECT_THAT(prose, Not(HasSubstr("\n# heading")));
  EXPECT_THAT(prose, Not(HasSubstr("<b>")));
}

TEST(Summary, FitsItsBudgetAndSaysWhatWasCut) {
  auto record = test::failed();
  for (int i = 0; i < 20'000; ++i)
    record.apt->packages.push_back(test::package("package-" + std::to_string(i), i, false));
  const auto text = summary(record, nullptr);
  EXPECT_LE(text.size(), kSummaryBudget);
  EXPECT_THAT(text, HasSubstr("rows of \"Packages\" were cut to fit"));
  EXPECT_THAT(text, HasSubstr("last line"));
  EXPECT_THAT(text, HasSubstr("</details>"));
  for (const std::size_t budget : {0U, 300U, 1'000U, 3'000U, 65'535U}) {
    EXPECT_LE(summary(record, nullptr, budget).size(), budget);
  }
  EXPECT_THAT(summary(record, nullptr, 1'000), HasSubstr("Failed after"));
}

TEST(Summary, OneEndlessTextDoesNotPushTheRestOut) {
  auto record = test::failed();
  record.problems[1].message.assign(2'000'000, 'm');
  record.smoke[0].output = std::string(2'000'000, 'o') + "\nthe end";
  const auto text = summary(record, nullptr);
  EXPECT_LE(text.size(), 100'000U);
  EXPECT_THAT(text, HasSubstr("the end"));
  EXPECT_THAT(text, HasSubstr("#### Packages"));
}

TEST(TerminalReport, IsShortAndDisarmsOtherPeoplesText) {
  auto record = test::failed();
  record.smoke[0].output = "::error::forged\n\x1b[2Jgone";
  const auto text = terminal_report(record, nullptr, {});
  EXPECT_THAT(text, testing::StartsWith("Failed after 3.2 s: smoke test failed: ffmpeg -x\n"));
  EXPECT_THAT(text, HasSubstr("Phase      Time      Data\ndownload  1.9 s  170.6 MB\nunpack    1.2 s\n"));
  EXPECT_THAT(text, HasSubstr("hint: try again"));
  EXPECT_THAT(text, HasSubstr("Record: /state/records/1.json"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\n::error")));
}

}  // namespace
}  // namespace ci::report
