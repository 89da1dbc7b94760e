#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "export/alert_rules.hpp"
#include "export/destination.hpp"
#include "export/metrics_push.hpp"
#include "export/otlp_send.hpp"
#include "export/runs.hpp"
#include "fakes/fake_platform.hpp"
#include "platform/filesystem.hpp"

namespace ci::exporter {
namespace {

using base::ErrorKind;
using history::JobStatus;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Destination destination(const std::string& url, const std::string& headers = "") {
  return parse_destination(url, headers).value();
}

class Sending : public testing::Test {
 protected:
  base::Result<std::size_t> send(const std::string& url = "http://collector:4318", const std::string& headers = "") {
    return send_traces(fake_.seams(), destination(url, headers), otlp_traces({test::run(1, JobStatus::success)}, "s"));
  }

  test::FakePlatform fake_;
};

TEST(ParsedDestination, ReadsHeadersAsOpenTelemetryWritesThem) {
  const auto parsed = destination("https://h/x", " api-key = a%20b%3D , x-scope=1,, ");
  EXPECT_EQ(parsed.headers, (std::vector<std::pair<std::string, std::string>>{{"api-key", "a b="}, {"x-scope", "1"}}));
}

TEST(ParsedDestination, RefusesWhatIsNoAddressOrHeaderWithoutShowingAKey) {
  for (const char* url : {"", "collector:4318", "ftp://h", "http://", "http:///x", "file:///etc/passwd"}) {
    const auto parsed = parse_destination(url, "");
    ASSERT_FALSE(parsed) << url;
    EXPECT_EQ(parsed.error().kind, ErrorKind::usage);
  }
  for (const char* headers : {"secretkey", "=secretkey", "na me=secretkey", "a=1,b=secretkey%0d%0aX: y"}) {
    const auto parsed = parse_destination("http://h", headers);
    ASSERT_FALSE(parsed) << headers;
    EXPECT_THAT(parsed.error().message + parsed.error().hint, Not(HasSubstr("secretkey")));
  }
}

TEST(UrlBelow, KeepsPathAndQuery) {
  EXPECT_EQ(url_below("http://h", "/v1/traces"), "http://h/v1/traces");
  EXPECT_EQ(url_below("http://h/otlp/?tenant=a/b#c", "/v1/traces"), "http://h/otlp/v1/traces?tenant=a/b");
}

TEST_F(Sending, TracesGoAsJsonToTheUsualPath) {
  fake_.http.answer(200, R"({"partialSuccess":{}})");
  const auto sent = send("http://collector:4318", "api-key=k");
  ASSERT_TRUE(sent) << sent.error().message;
  EXPECT_EQ(*sent, 2U);
  const auto& request = fake_.http.requests.at(0);
  EXPECT_EQ(request.method + " " + request.url, "POST http://collector:4318/v1/traces");
  EXPECT_THAT(request.headers,
              testing::Contains(std::pair<std::string, std::string>("Content-Type", "application/json")));
  EXPECT_THAT(request.headers, testing::Contains(std::pair<std::string, std::string>("api-key", "k")));
  EXPECT_THAT(request.body, HasSubstr("resourceSpans"));
  EXPECT_TRUE(request.end.has_value());
  EXPECT_THAT(fake_.log.warnings, IsEmpty());
}

TEST_F(Sending, AnAddressThatNamesThePathIsTakenAsItIs) {
  fake_.http.answer(200, "{}");
  ASSERT_TRUE(send("http://collector/otlp/v1/traces?x=1"));
  EXPECT_EQ(fake_.http.requests.at(0).url, "http://collector/otlp/v1/traces?x=1");
}

TEST_F(Sending, WhatIsNoReceiverIsAnError) {
  fake_.http.answer(200, "<html>Sign in</html>");
  const auto page = send();
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(page.error().message, HasSubstr("not that of a receiver of OTLP"));
  fake_.http.answer(404, "no\x1b[31m such page");
  const auto missing = send();
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr("HTTP 404: no such page"));
}

TEST_F(Sending, ARefusalShowsNoKey) {
  fake_.http.answer(401, "bad key s3cr3t-key for you");
  const auto refused = send("http://user:password@collector:4318", "api-key=s3cr3t-key");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::permission);
  EXPECT_THAT(refused.error().message, HasSubstr("bad key *** for you"));
  EXPECT_THAT(refused.error().message, Not(HasSubstr("password")));
}

TEST_F(Sending, SpansThatWereRefusedAreAnErrorAndAHintIsAWarning) {
  fake_.http.answer(200, R"({"partialSuccess":{"rejectedSpans":"1","errorMessage":"too old"}})");
  const auto refused = send();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("1 of 2 spans were refused: too old"));
  fake_.http.answer(200, R"({"partialSuccess":{"rejectedSpans":0,"errorMessage":"use gRPC"}})");
  EXPECT_TRUE(send());
  EXPECT_THAT(fake_.log.warnings, testing::ElementsAre(HasSubstr("use gRPC")));
}

TEST_F(Sending, AnEmptyAnswerIsSaid) {
  fake_.http.answer(202);
  EXPECT_TRUE(send());
  EXPECT_THAT(fake_.log.warnings, testing::ElementsAre(HasSubstr("the answer is empty")));
}

TEST_F(Sending, WaitsAreThoseThatTheReceiverAsksFor) {
  std::vector<std::optional<base::Duration>> waits;
  fake_.http.otherwise = [&](const platform::HttpRequest& request) {
    const std::map<std::string, std::string> header = {{"retry-after", "7"}};
    for (const int status : {429, 200, 400, 401, 404, 500})
      waits.push_back(request.retry_after({status, header, ""}, 1));
    EXPECT_TRUE(request.retry_after({503, {}, ""}, 1).has_value());
    return platform::HttpResponse{200, {}, "{}"};
  };
  ASSERT_TRUE(send());
  const std::optional<base::Duration> none;
  EXPECT_THAT(waits, testing::ElementsAre(base::Duration(std::chrono::seconds(7)), none, none, none, none, none));
}

TEST_F(Sending, ManySpansGoInSeveralRequests) {
  std::vector<history::Record> records;
  for (int i = 0; i < 1200; ++i) records.push_back(test::run(i, JobStatus::success));
  fake_.http.otherwise = [](const platform::HttpRequest&) { return platform::HttpResponse{200, {}, "{}"}; };
  EXPECT_EQ(send_traces(fake_.seams(), destination("http://h"), otlp_traces(records, "s")), 2400U);
  EXPECT_EQ(fake_.http.requests.size(), 3U);
}

TEST_F(Sending, APushPutsEachSeriesAsAGroupOfItsOwn) {
  auto other = test::run(2, JobStatus::failure);
  other.branch = "x";
  fake_.http.answer(200);
  fake_.http.answer(202);
  const auto pushed =
      push_to_gateway(fake_.seams(), destination("http://gateway:9091/"), {test::run(1, JobStatus::success), other});
  ASSERT_TRUE(pushed) << pushed.error().message;
  EXPECT_EQ(pushed->count, 2U);
  const auto& request = fake_.http.requests.at(0);
  EXPECT_EQ(request.method, "PUT");
  EXPECT_EQ(
      request.url,
      "http://gateway:9091/metrics/job/ci-optimizer/repository@base64/by9y/workflow@base64/Y2k/ci_job@base64/dGVzdA/"
      "architecture@base64/eDY0/branch@base64/ZGVmYXVsdA");
  EXPECT_THAT(request.body, HasSubstr("cicd_build_success{"));
  EXPECT_TRUE(request.body.ends_with("\n"));
}

TEST_F(Sending, AnImportGoesToVictoriaMetrics) {
  fake_.http.answer(204);
  EXPECT_EQ(import_history(fake_.seams(), destination("http://vm:8428"), {test::run(1, JobStatus::success)})->count,
            1U);
  EXPECT_EQ(fake_.http.requests.at(0).url, "http://vm:8428/api/v1/import/prometheus");
}

TEST_F(Sending, AServerThatAnswersAPushWithAPageIsNoMetricsService) {
  for (const auto push : {&push_to_gateway, &import_history}) {
    fake_.http.answer(200, "<html>");
    const auto pushed = push(fake_.seams(), destination("http://h"), {test::run(1, JobStatus::success)});
    ASSERT_FALSE(pushed);
    EXPECT_THAT(pushed.error().message, HasSubstr("no answer of a metrics service"));
  }
}

TEST(AlertRules, AreThoseOfTheExample) {
  const auto example = platform::read_file(CI_OPTIMIZER_SOURCE_DIR "/examples/prometheus/ci-optimizer.rules.yml");
  ASSERT_TRUE(example);
  EXPECT_EQ(*example, alert_rules());
}

}  // namespace
}  // namespace ci::exporter
