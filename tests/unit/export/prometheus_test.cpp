#include "export/prometheus.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "base/text.hpp"
#include "export/runs.hpp"

namespace ci::exporter {
namespace {

using history::JobStatus;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kSeries = R"(repository="o/r",workflow="ci",ci_job="test",architecture="x64",branch="default")";

std::vector<std::string> lines(const std::string& text) {
  auto found = base::split(text, '\n');
  EXPECT_EQ(found.back(), "") << "the last line has an end";
  found.pop_back();
  return found;
}

std::string line(const std::string& name, const std::string& own, const std::string& value) {
  return name + "{" + kSeries + (own.empty() ? "" : "," + own) + "} " + value;
}

TEST(PrometheusText, TellsOfTheNewestRun) {
  const auto text = lines(
      prometheus_text({test::run(200, JobStatus::success, 61.5), test::run(100, JobStatus::failure)}, test::at(1000))
          .text);
  EXPECT_THAT(text, Contains(line("cicd_build_duration_seconds", R"(result="success")", "61.5")));
  EXPECT_THAT(text, Contains(line("cicd_build_success", "", "1")));
  EXPECT_THAT(text, Not(Contains(HasSubstr(R"(result="failure"} 60)"))));
}

TEST(PrometheusText, SaysOnceWhatAMetricMeansBeforeItsLines) {
  auto other = test::run(100, JobStatus::success);
  other.job = "lint";
  const auto text = lines(prometheus_text({test::run(100, JobStatus::success), other}, test::at(1000)).text);
  const auto help = std::find(text.begin(), text.end(),
                              "# HELP cicd_build_success 1 when the newest run succeeded, 0 when it failed");
  ASSERT_NE(help, text.end());
  EXPECT_EQ(*(help + 1), "# TYPE cicd_build_success gauge");
  EXPECT_THAT(*(help + 2), StartsWith("cicd_build_success{"));
  EXPECT_THAT(*(help + 3), StartsWith("cicd_build_success{"));
  EXPECT_EQ(std::count(text.begin(), text.end(), "# TYPE cicd_build_success gauge"), 1);
}

TEST(PrometheusText, CountsFailuresInARowAndPassesOverCancelledRuns) {
  const std::string name = "cicd_build_consecutive_failures";
  std::vector<history::Record> records = {test::run(100, JobStatus::failure), test::run(200, JobStatus::success),
                                          test::run(300, JobStatus::failure), test::run(400, JobStatus::cancelled),
                                          test::run(500, JobStatus::timed_out)};
  EXPECT_THAT(lines(prometheus_text(records, test::at(1000)).text), Contains(line(name, "", "2")));
  records.push_back(test::run(600, JobStatus::success));
  EXPECT_THAT(lines(prometheus_text(records, test::at(1000)).text), Contains(line(name, "", "0")));
}

TEST(PrometheusText, GivesTheRateOfSuccessOfADayWithTheNumberOfItsRuns) {
  const int day = 86400;
  const auto text =
      lines(prometheus_text({test::run(0, JobStatus::failure), test::run(day, JobStatus::failure),
                             test::run(day + 1, JobStatus::success), test::run(day + 2, JobStatus::success),
                             test::run(day + 3, JobStatus::success), test::run(day + 4, JobStatus::skipped)},
                            test::at(day + 100))
                .text);
  EXPECT_THAT(text, Contains(line("cicd_build_success_rate", R"(window="24h")", "0.75")));
  EXPECT_THAT(text, Contains(line("cicd_build_window_runs", R"(window="24h",result="success")", "3")));
  EXPECT_THAT(text, Contains(line("cicd_build_window_runs", R"(window="24h",result="skip")", "1")));
}

TEST(PrometheusText, LeavesOutWhatIsNotOver) {
  EXPECT_EQ(prometheus_text({test::run(1, JobStatus::running), test::run(2, JobStatus::pending)}, test::at(9)).text,
            "");
}

TEST(PrometheusText, KnowsOnlyTwoBranches) {
  auto feature = test::run(1, JobStatus::success);
  feature.branch = "feature/" + std::string(50, 'x');
  auto trunk = test::run(2, JobStatus::success);
  trunk.branch = trunk.default_branch = "trunk";
  auto old = test::run(3, JobStatus::success);
  old.default_branch = "trunk";
  const auto list = series_of({feature, trunk, old});
  EXPECT_EQ(list.series.size(), 2U);
  EXPECT_THAT(series_labels(feature, "main"), Contains(std::pair<std::string, std::string>("branch", "other")));
  EXPECT_THAT(series_labels(trunk, ""), Contains(std::pair<std::string, std::string>("branch", "default")));
  EXPECT_THAT(series_labels(old, ""), Contains(std::pair<std::string, std::string>("branch", "other")));
}

TEST(PrometheusText, WithoutADefaultBranchMainCountsOrElseMasterOrElseEveryBranch) {
  const auto labels = [](std::vector<const char*> branches) {
    std::vector<history::Record> records;
    for (const char* branch : branches) {
      records.push_back(test::run(1, JobStatus::success));
      records.back().branch = branch;
      records.back().default_branch.clear();
    }
    std::set<std::string> values;
    for (const auto& series : series_of(records).series) values.insert(series.labels.back().second);
    return base::join({values.begin(), values.end()}, " ");
  };
  EXPECT_EQ(labels({"main", "main"}), "default");
  EXPECT_EQ(labels({"main", "master"}), "default other");
  EXPECT_EQ(labels({"master", "topic"}), "default other");
  EXPECT_EQ(labels({"one", "two"}), "default");
}

TEST(PrometheusText, TellsOfPackagesCachesSmokeTestsAndWhatWasBuilt) {
  auto record = test::run(1, JobStatus::success);
  auto& apt = record.apt.emplace();
  apt.tier = "delta";
  apt.seconds = 3.5;
  apt.phases = {{"restore", 3, 5}};
  apt.packages.resize(2);
  apt.packages[0].status = history::PackageStatus::installed;
  apt.packages[0].download_bytes = 7;
  record.caches = {test::cache("go-build", "prefix"), test::cache("assets", "miss"), test::cache("off", "skipped")};
  record.caches[0].bytes = 99;
  record.caches[0].restore_seconds = 0.5;
  record.caches[0].seconds_saved = -4;
  record.smoke.resize(3);
  record.smoke[0].status = history::SmokeStatus::passed;
  record.go.emplace().binary.emplace().paths = {".cache/ksail/ksail"};
  record.go->binary->size_bytes = 1234;
  record.metrics = {{"m", "download_size", 7, "bytes", 9.0, history::Verdict::met}};
  const auto text = lines(prometheus_text({record}, test::at(9)).text);
  for (const auto& [name, own, value] :
       {std::tuple("cicd_package_install_duration_seconds", R"(tier="delta")", "3.5"),
        std::tuple("cicd_package_installed_packages", "", "1"), std::tuple("cicd_package_download_bytes", "", "7"),
        std::tuple("cicd_package_phase_duration_seconds", R"(phase="restore")", "3"),
        std::tuple("cicd_cache_hit", R"(cache="go-build")", "1"),
        std::tuple("cicd_cache_hit", R"(cache="assets")", "0"),
        std::tuple("cicd_cache_archive_bytes", R"(cache="go-build")", "99"),
        std::tuple("cicd_cache_restore_duration_seconds", R"(cache="go-build")", "0.5"),
        std::tuple("cicd_cache_saved_seconds", R"(cache="go-build")", "-4"),
        std::tuple("cicd_smoke_tests", R"(outcome="passed")", "1"),
        std::tuple("cicd_smoke_tests", R"(outcome="skipped")", "2"),
        std::tuple("cicd_artifact_size_bytes", R"(package_name="ksail")", "1234"),
        std::tuple("cicd_metric_value", R"(metric="download_size",unit="bytes")", "7"),
        std::tuple("cicd_metric_threshold", R"(metric="download_size",unit="bytes")", "9")}) {
    EXPECT_THAT(text, Contains(line(name, own, value)));
  }
  EXPECT_THAT(text, Not(Contains(HasSubstr(R"(cache="off")"))));
}

TEST(PrometheusText, EscapesAndCutsTheTextsOfOthers) {
  auto record = test::run(1, JobStatus::success);
  record.workflow = "a\"b\\c\nd\xff";
  record.job = std::string(5000, 'j');
  record.caches = {test::cache(std::string(60, 'c') + "\xff", "miss")};
  const auto text = prometheus_text({record}, test::at(9)).text;
  EXPECT_THAT(text, HasSubstr("cache=\"" + std::string(60, 'c') + "\xEF\xBF\xBD\""));
  EXPECT_THAT(text, HasSubstr(R"(workflow="a\"b\\c\nd)"
                              "\xEF\xBF\xBD\""));
  EXPECT_THAT(text, HasSubstr("ci_job=\"" + std::string(kLongestLabel, 'j') + "\""));
  EXPECT_THAT(text, Not(HasSubstr(std::string(kLongestLabel + 1, 'j'))));
}

TEST(PrometheusText, HasNoLineTwiceAndNoNumberThatIsNone) {
  auto record = test::run(1, JobStatus::success);
  record.caches = {test::cache("same", "miss"), test::cache("same", "exact")};
  record.metrics = {{"m", "nothing", std::numeric_limits<double>::quiet_NaN(), "", {}, history::Verdict::unknown}};
  const auto text = prometheus_text({record}, test::at(9)).text;
  EXPECT_THAT(text, HasSubstr(R"(cache="same"} 0)"));
  EXPECT_THAT(text, Not(HasSubstr(R"(cache="same"} 1)")));
  EXPECT_THAT(text, Not(HasSubstr("nothing")));
}

TEST(PrometheusText, IsBoundedAndSaysWhatIsMissing) {
  std::vector<history::Record> records;
  for (int i = 0; i < static_cast<int>(kMostSeries) + 3; ++i) {
    records.push_back(test::run(i, JobStatus::success));
    records.back().job = "job-" + std::to_string(i);
    records.back().caches.resize(500);
    for (auto& cache : records.back().caches) cache.name = "c" + std::to_string(&cache - records.back().caches.data());
  }
  const auto made = prometheus_text(records, test::at(9));
  EXPECT_EQ(made.left_out, 3U);
  EXPECT_THAT(made.text, Not(HasSubstr("\"job-2\"")));
  EXPECT_THAT(made.text, HasSubstr("\"job-3\""));
  EXPECT_THAT(made.text, Not(HasSubstr("\"c50\"")));
}

TEST(PrometheusHistory, GivesEveryRunItsTimeInMilliseconds) {
  auto first = test::run(100, JobStatus::failure, 1.5);
  const auto made = prometheus_history({test::run(200, JobStatus::failure), first, test::run(300, JobStatus::running)});
  ASSERT_EQ(made.pieces.size(), 1U);
  const auto text = lines(made.pieces.front());
  EXPECT_THAT(text, Contains(line("cicd_build_duration_seconds", R"(result="failure")", "1.5 1763700101500")));
  EXPECT_THAT(text, Contains(line("cicd_build_consecutive_failures", "", "1 1763700101500")));
  EXPECT_THAT(text, Contains(line("cicd_build_consecutive_failures", "", "2 1763700260000")));
  for (const auto& one : text) EXPECT_THAT(one, StartsWith("cicd_"));
}

TEST(PrometheusHistory, ComesInPiecesOfWholeLines) {
  std::vector<history::Record> records;
  for (int i = 0; i < 100; ++i) records.push_back(test::run(i, JobStatus::success));
  const auto made = prometheus_history(records, 2000);
  EXPECT_GT(made.pieces.size(), 10U);
  std::size_t count = 0;
  for (const auto& piece : made.pieces) {
    EXPECT_LT(piece.size(), 4000U);
    count += lines(piece).size();
  }
  EXPECT_EQ(count, lines(prometheus_history(records).pieces.front()).size());
}

}  // namespace
}  // namespace ci::exporter
