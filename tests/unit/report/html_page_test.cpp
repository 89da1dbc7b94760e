#include "report/html_page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/sample_record.hpp"

namespace ci::report {
namespace {

using history::Record;
using testing::HasSubstr;
using testing::Not;

std::size_t count(const std::string& text, std::string_view piece) {
  std::size_t found = 0;
  for (auto at = text.find(piece); at != std::string::npos; at = text.find(piece, at + piece.size())) ++found;
  return found;
}

// What the page shows, without its style sheet.
std::string shown(const std::vector<Record>& records) {
  auto page = html_page(records);
  const auto begin = page.find("<style>"), end = page.find("</style>");
  return page.erase(begin, end - begin);
}

std::vector<Record> runs(std::size_t count) {
  std::vector<Record> records(count, test::succeeded());
  for (std::size_t i = 0; i < count; ++i) {
    records[i].run_id = std::to_string(1000 + i);
    records[i].started_at -= std::chrono::hours(i);
  }
  return records;
}

TEST(HtmlPage, NeedsNothingElseAndForbidsAllButItsStyle) {
  const auto page = html_page({test::failed()});
  EXPECT_THAT(page, HasSubstr("default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;"));
  for (const auto* piece : {"<script", "<link", "<img", "<iframe", "src=", "@import", "url(http", "@font-face"})
    EXPECT_THAT(page, Not(HasSubstr(piece)));
}

TEST(HtmlPage, BeginsWithTheVerdictThenProblemsAndTheRest) {
  auto record = test::failed();
  record.needs = {{"build", "failure", "undefined: x"}};
  const auto page = shown({record});
  std::size_t last = 0;
  for (const auto* piece :
       {"<h1>Failed after 3.2 s", ">Problems</h2>", "What to do: ", ">Pipeline</h2>", "undefined: x",
        ">Where the time went</h2>", ">Smoke tests</h2>", "first\nlast line", ">Packages</h2>", ">Metrics</h2>",
        "ci-optimizer optimize --packages", "/state/records/1.json"}) {
    const auto at = page.find(piece, last);
    ASSERT_NE(at, std::string::npos) << piece;
    last = at;
  }
}

TEST(HtmlPage, OfAnEmptyRecordIsStillAPage) {
  const auto page = shown({Record{}});
  EXPECT_THAT(page, HasSubstr("<h1>Not started yet</h1>"));
  EXPECT_THAT(page, Not(HasSubstr(">Packages</h2>")));
  EXPECT_EQ(page.substr(page.size() - 8), "</html>\n");
}

TEST(HtmlPage, ShowsOtherPeoplesTextAndObeysNoneOfIt) {
  auto record = test::failed();
  const std::string evil = "</text></title><script>x</script>\"'><img onerror=1>\u202E";
  for (auto* text : {&record.repository, &record.workflow, &record.job, &record.branch, &record.commit_sha,
                     &record.run_id, &record.runner.os, &record.problems[0].message, &record.problems[1].hint,
                     &record.smoke[0].command, &record.smoke[0].output, &record.apt->phases[0].name,
                     &record.apt->packages[0].name, &record.apt->packages[0].version, &record.metrics[0].unit,
                     &record.metrics[0].name, &record.record_path, &record.check_run_url})
    *text = evil;
  record.matrix = {{evil, evil}};
  record.needs = {{evil, evil, evil}};
  auto& cache = record.caches.emplace_back();
  cache.name = cache.key = cache.matched_key = cache.outcome = cache.reason = evil;
  record.spans = {{evil, evil, 0, 1}};
  record.apt->why_not = {{evil, evil}};
  record.go.emplace().toolchain = evil;
  auto older = record;
  older.id = "2";
  auto other = record;
  other.job = evil + "2";
  const auto page = shown({record, older, other});
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("<img")));
  EXPECT_THAT(page, Not(HasSubstr("\u202E")));
  EXPECT_THAT(page, Not(HasSubstr("\"'>")));
  EXPECT_GT(count(page, "&lt;script&gt;"), 20U);
}

TEST(HtmlPage, LinksToNothingButAnHttpsCheckRun) {
  auto record = test::succeeded();
  record.check_run_url = "javascript:alert(1)";
  EXPECT_THAT(shown({record}), Not(HasSubstr("javascript:")));
  record.check_run_url = "https://github.com/o/r/runs/1";
  EXPECT_THAT(shown({record}), HasSubstr("href=\"https://github.com/o/r/runs/1\""));
}

TEST(HtmlPage, TellsWhatACacheCost) {
  auto record = test::succeeded();
  auto& cache = record.caches.emplace_back();
  cache.name = "docs";
  cache.outcome = "prefix";
  cache.reason = "sources changed";
  cache.seconds_saved = -3.2;
  const auto page = shown({record});
  EXPECT_THAT(page, HasSubstr("−3.2 s"));
  EXPECT_THAT(page, HasSubstr("cost time"));
  EXPECT_THAT(page, HasSubstr("sources changed"));
  EXPECT_THAT(page, HasSubstr("Caches cost"));
}

TEST(HtmlPage, ShowsRequestedPackagesFirstThenTheLargest) {
  const auto page = shown({test::succeeded()});
  EXPECT_LT(page.find("<strong>libgl1</strong>"), page.find("<strong>ffmpeg</strong>"));
  EXPECT_LT(page.find("<strong>ffmpeg</strong>"), page.find("<span>libavcodec59</span>"));
}

TEST(HtmlPage, TellsThisRunAgainstTheMedianOnlyOfEnoughRuns) {
  auto few = runs(4);
  EXPECT_THAT(shown(few), HasSubstr("A baseline needs 6 successful runs."));
  auto many = runs(12);
  many[0].seconds = 4;
  EXPECT_THAT(shown(many),
              HasSubstr("12 runs, 12 of them successful, with a median of 3.2 s. This run took 25 % longer."));
}

TEST(HtmlPage, DrawsARunFarBeyondTheOthersAtTheEdgeAndSaysSo) {
  auto records = runs(12);
  records[5].seconds = 3600;
  EXPECT_THAT(shown(records),
              HasSubstr("1 run is beyond the scale, drawn at its upper edge; the longest took 1 h 0 min."));
}

TEST(HtmlPage, StaysBoundedWhateverARecordHolds) {
  auto records = runs(2000);
  auto& record = records.front();
  record.job = record.branch = record.record_path = std::string(10'000'000, 'w');
  const std::string endless(5000, 'w');
  record.problems.assign(3000, test::problem(history::Problem::Level::warning, endless));
  record.smoke.assign(3000, {endless, history::SmokeStatus::failed, 1, 1, endless, endless});
  record.needs.assign(3000, {endless, "success", endless});
  for (int i = 0; i < 5000; ++i) record.apt->packages.push_back(test::package(endless, i, false));
  const auto page = html_page(records);
  EXPECT_LT(page.size(), 8'000'000U);
  EXPECT_THAT(page, HasSubstr("more packages are in the record and not shown here."));
  EXPECT_THAT(page, HasSubstr("more problems are in the record and not shown here."));
}

TEST(HtmlPage, OfTheJobsHistoryShowsTheNewestRuns) {
  auto records = runs(600);
  const auto page = shown(records);
  EXPECT_THAT(page, HasSubstr("500 runs, 500 of them successful"));
  EXPECT_THAT(page, HasSubstr("run 1499"));
  EXPECT_THAT(page, Not(HasSubstr("run 1500")));
}

TEST(HtmlPage, StillIsOneWithNumbersThatNoJobHas) {
  auto records = runs(3);
  for (auto& record : records) record.seconds = 1e300;
  records[1].apt->phases[0].seconds = 1e308;
  records[0].apt->phases = {{"download", 1e308, INT64_MAX}, {"unpack", 1e308, 0}};
  EXPECT_THAT(shown(records), HasSubstr("</html>"));
}

}  // namespace
}  // namespace ci::report
