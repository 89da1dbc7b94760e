#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "export/chrome_trace.hpp"
#include "export/otlp_traces.hpp"
#include "export/result.hpp"
#include "export/runs.hpp"

namespace ci::exporter {
namespace {

using base::Json;
using history::JobStatus;
using testing::HasSubstr;

const std::string kServer = "https://github.com";

// The value of attribute `name` of a span or event, as text; "" when there is none.
std::string attribute(const Json& holder, const std::string& name) {
  for (const auto& one : holder["attributes"].items()) {
    if (one["key"].as_string() != name) continue;
    const auto& value = one["value"];
    return value.contains("intValue") ? value["intValue"].as_string() : value["stringValue"].as_string();
  }
  return "";
}

history::Record job(const std::string& name, int start, JobStatus status) {
  auto record = test::run(start, status);
  record.run_id = "42";
  record.job = name;
  return record;
}

TEST(ResultWord, IsThatOfTheConventions) {
  for (const auto& [status, word] :
       {std::pair(JobStatus::success, "success"), std::pair(JobStatus::failure, "failure"),
        std::pair(JobStatus::cancelled, "cancellation"), std::pair(JobStatus::timed_out, "timeout"),
        std::pair(JobStatus::skipped, "skip"), std::pair(JobStatus::running, "")}) {
    EXPECT_EQ(result_word(test::run(1, status)), word);
  }
  auto record = test::run(1, JobStatus::failure);
  record.exit_code = 4;
  EXPECT_EQ(result_word(record), "error");
}

TEST(Traces, AreAWorkflowRunWithItsJobs) {
  const auto traces = otlp_traces({job("test", 100, JobStatus::failure), job("lint", 50, JobStatus::success)}, kServer);
  ASSERT_EQ(traces.size(), 1U);
  const auto& spans = traces.front().spans;
  ASSERT_EQ(spans.size(), 3U);
  const auto& run = spans[0];
  EXPECT_EQ(run["kind"], Json(2));
  EXPECT_EQ(run["name"].as_string(), "RUN ci");
  EXPECT_FALSE(run.contains("parentSpanId"));
  EXPECT_EQ(run["startTimeUnixNano"].as_string(), "1763700050000000000");
  EXPECT_EQ(run["endTimeUnixNano"].as_string(), "1763700160000000000");
  EXPECT_EQ(attribute(run, "cicd.pipeline.result"), "failure");
  EXPECT_EQ(attribute(run, "cicd.pipeline.run.url.full"), "https://github.com/o/r/actions/runs/42/attempts/1");
  EXPECT_EQ(attribute(run, "vcs.ref.head.revision"), "c0ffee");
  EXPECT_EQ(run["status"]["code"], Json(2));
  for (const auto* span : {&spans[1], &spans[2]}) {
    EXPECT_EQ((*span)["parentSpanId"], run["spanId"]);
    EXPECT_EQ((*span)["traceId"], run["traceId"]);
    EXPECT_EQ((*span)["kind"], Json(1));
  }
  EXPECT_EQ(attribute(spans[1], "cicd.pipeline.task.name"), "lint");
  EXPECT_EQ(attribute(spans[1], "cicd.pipeline.task.run.result"), "success");
  EXPECT_EQ(spans[1]["status"], Json::object());
}

TEST(Traces, HaveIdentifiersThatDependOnWhatRanOnly) {
  const auto record = job("test", 100, JobStatus::success);
  auto later = record;
  later.id = "another";
  later.status = JobStatus::failure;
  later.seconds = 9;
  const auto of = [](const history::Record& one) {
    const auto traces = otlp_traces({one}, kServer);
    return std::pair(traces[0].spans[1]["traceId"].as_string(), traces[0].spans[1]["spanId"].as_string());
  };
  EXPECT_EQ(of(record), of(later));
  EXPECT_THAT(of(record).first, testing::MatchesRegex("[0-9a-f]{32}"));
  EXPECT_THAT(of(record).second, testing::MatchesRegex("[0-9a-f]{16}"));
  std::set<std::pair<std::string, std::string>> ids = {of(record)};
  auto other = record;
  other.run_attempt = 2;
  EXPECT_TRUE(ids.insert(of(other)).second) << "attempt";
  other = record;
  other.matrix = {{"os", "a"}};
  EXPECT_TRUE(ids.insert(of(other)).second) << "matrix";
  other = record;
  other.job = "lint";
  EXPECT_TRUE(ids.insert(of(other)).second) << "job";
  other = record;
  other.repository = "o/r2";
  EXPECT_TRUE(ids.insert(of(other)).second) << "repository";
}

TEST(Traces, OfRunsOffGitHubAreApart) {
  auto first = test::run(1, JobStatus::success), second = test::run(2, JobStatus::success);
  first.run_id = second.run_id = "";
  const auto traces = otlp_traces({first, second}, kServer);
  ASSERT_EQ(traces.size(), 2U);
  EXPECT_NE(traces[0].spans[0]["traceId"], traces[1].spans[0]["traceId"]);
  EXPECT_EQ(attribute(traces[0].spans[0], "cicd.pipeline.run.url.full"), "");
}

TEST(Traces, TellWhatAJobSpentItsTimeOn) {
  auto record = job("test", 100, JobStatus::failure);
  record.spans = {{"apt", "download", 1.5, 2}, {"apt", "unpack", 3.5, 1e300}};
  record.caches = {test::cache("go-build", "miss")};
  record.caches[0].reason = "nothing there";
  history::Problem problem;
  problem.step = "apt";
  problem.kind = "http-404";
  problem.message = "not found";
  record.problems = {problem};
  const auto spans = otlp_traces({record}, kServer)[0].spans;
  ASSERT_EQ(spans.size(), 4U);
  EXPECT_EQ(spans[2]["name"].as_string(), "apt: download");
  EXPECT_EQ(spans[2]["parentSpanId"], spans[1]["spanId"]);
  EXPECT_EQ(spans[2]["startTimeUnixNano"].as_string(), "1763700101500000000");
  EXPECT_EQ(spans[2]["endTimeUnixNano"].as_string(), "1763700103500000000");
  EXPECT_NE(spans[2]["spanId"], spans[3]["spanId"]);
  const auto& events = spans[1]["events"].items();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(attribute(events[0], "ci_optimizer.cache.reason"), "nothing there");
  EXPECT_EQ(attribute(events[1], "ci_optimizer.problem.message"), "not found");
  EXPECT_EQ(attribute(spans[1], "error.type"), "http-404");
  EXPECT_EQ(spans[1]["status"]["message"].as_string(), "not found");
}

TEST(Traces, CutTheTextsOfOthersAndKeepTheirNumbers) {
  auto record = job(std::string(10000, 'x'), 100, JobStatus::success);
  record.spans.resize(2000);
  record.problems.resize(100);
  const auto spans = otlp_traces({record}, kServer)[0].spans;
  EXPECT_EQ(spans.size(), 1002U);
  EXPECT_EQ(spans[1]["name"].as_string().size(), 4096U);
  EXPECT_EQ(spans[1]["events"].items().size(), 50U);
}

TEST(Traces, LeaveOutWhatIsNotOver) {
  EXPECT_TRUE(otlp_traces({job("test", 1, JobStatus::running)}, kServer).empty());
}

TEST(OtlpRequest, NamesItsSchema) {
  const auto request = otlp_request({Json::object()});
  const auto& resource = request["resourceSpans"].items().at(0);
  EXPECT_EQ(resource["schemaUrl"].as_string(), "https://opentelemetry.io/schemas/1.43.0");
  EXPECT_EQ(attribute(resource["resource"], "service.name"), "ci-optimizer");
  EXPECT_EQ(resource["scopeSpans"].items().at(0)["spans"].items().size(), 1U);
}

TEST(ChromeTrace, HasAProcessForEachJobAndAThreadForEachLane) {
  auto record = job("test", 100, JobStatus::success);
  record.spans = {{"apt", "download", 1.5, 2}, {"smoke", "x", 4, 1}, {"apt", "unpack", 3.5, 1}};
  const auto document = chrome_trace({record, job("lint", 90, JobStatus::success), job("now", 1, JobStatus::running)});
  std::vector<std::string> complete;
  std::set<std::string> names;
  for (const auto& event : document["traceEvents"].items()) {
    if (event["ph"].as_string() == "M") {
      names.insert(event["args"]["name"].as_string());
      continue;
    }
    EXPECT_EQ(event["ph"].as_string(), "X");
    complete.push_back(event["name"].as_string() + " " + std::to_string(event["pid"].as_integer()) + "." +
                       std::to_string(event["tid"].as_integer()) + " " + std::to_string(event["ts"].as_integer()) +
                       "+" + std::to_string(event["dur"].as_integer()));
  }
  EXPECT_THAT(complete,
              testing::ElementsAre("lint 1.0 0+60000000", "test 2.0 10000000+60000000", "download 2.1 11500000+2000000",
                                   "x 2.2 14000000+1000000", "unpack 2.1 13500000+1000000"));
  EXPECT_THAT(names, testing::UnorderedElementsAre("ci / lint #42.1", "ci / test #42.1", "job", "apt", "smoke"));
}

}  // namespace
}  // namespace ci::exporter
