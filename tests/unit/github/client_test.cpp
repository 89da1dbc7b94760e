#include "github/client.hpp"

#include <gtest/gtest.h>

#include "fakes/fake_clock.hpp"
#include "fakes/fake_http.hpp"

namespace ci::github {
namespace {

using base::Json;
using platform::HttpResponse;
using std::chrono::seconds;
using Kind = Refusal::Kind;

HttpResponse refused(int status, const std::string& message, std::map<std::string, std::string> headers = {}) {
  return {status, std::move(headers), Json::object().set("message", message).compact()};
}

TEST(Classify, TellsTheFour403sApart) {
  EXPECT_EQ(classify(refused(403, "Resource not accessible by integration")), Kind::read_only_token);
  EXPECT_EQ(classify(refused(403, "API rate limit exceeded for installation.", {{"x-ratelimit-remaining", "0"}})),
            Kind::rate_limit);
  EXPECT_EQ(classify(refused(403, "You have exceeded a secondary rate limit.")), Kind::secondary_limit);
  EXPECT_EQ(classify(refused(403, "Slow down", {{"retry-after", "3"}})), Kind::secondary_limit);
  EXPECT_EQ(classify(refused(403, "You must authenticate via a GitHub App.")), Kind::wrong_app);
  EXPECT_EQ(classify(refused(403,
                             "Invalid app_id `15368` - check run can only be modified by the GitHub App that "
                             "created it.")),
            Kind::wrong_app);
  EXPECT_EQ(classify(refused(403, "Must have admin rights")), Kind::forbidden);
}

TEST(Classify, AReadOnlyTokenIsOneEvenWhenItsLimitIsUsedUp) {
  EXPECT_EQ(classify(refused(403, "Resource not accessible by integration", {{"x-ratelimit-remaining", "0"}})),
            Kind::read_only_token);
}

TEST(Classify, KnowsTheOtherAnswers) {
  EXPECT_EQ(classify(refused(401, "Bad credentials")), Kind::bad_token);
  EXPECT_EQ(classify(refused(404, "Not Found")), Kind::not_found);
  EXPECT_EQ(classify(refused(422, "Validation Failed")), Kind::invalid);
  EXPECT_EQ(classify(refused(429, "")), Kind::secondary_limit);
  EXPECT_EQ(classify({502, {}, "<html>"}), Kind::unavailable);
}

TEST(WaitBeforeRetry, OnlyLimitsAndServerFailuresAreWorthAnotherTry) {
  const base::TimePoint now{seconds(1'000'000)};
  EXPECT_FALSE(wait_before_retry(refused(403, "Resource not accessible by integration"), 1, now));
  EXPECT_FALSE(wait_before_retry(refused(422, "Validation Failed"), 1, now));
  EXPECT_FALSE(wait_before_retry({201, {}, "{}"}, 1, now));
  EXPECT_EQ(wait_before_retry({502, {}, ""}, 1, now), seconds(1));
  EXPECT_EQ(wait_before_retry({502, {}, ""}, 3, now), seconds(4));
}

TEST(WaitBeforeRetry, WaitsAsGitHubAsks) {
  const base::TimePoint now{seconds(1'000'000)};
  EXPECT_EQ(wait_before_retry(refused(429, "", {{"retry-after", "7"}}), 1, now), seconds(7));
  const std::map<std::string, std::string> used_up{{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "1000030"}};
  EXPECT_EQ(wait_before_retry(refused(403, "API rate limit exceeded", used_up), 1, now), seconds(30));
  EXPECT_EQ(wait_before_retry(refused(403, "secondary rate limit"), 1, now), seconds(60));
  EXPECT_EQ(wait_before_retry(refused(403, "secondary rate limit"), 2, now), seconds(120));
}

class ClientTest : public testing::Test {
 protected:
  static Context context() {
    Context made;
    made.api_url = "https://ghes.example/api/v3";
    made.token = "ghs_secret";
    return made;
  }

  test::FakeHttp http_;
  test::FakeClock clock_;
  Client client_{http_, clock_, context()};
  Patience patience_;
};

TEST_F(ClientTest, SendsWhatGitHubAsksFor) {
  http_.answer(201, R"({"id": 7})");
  const auto answer = client_.change("POST", "/repos/o/r/check-runs", Json::object().set("name", "n"), patience_);
  ASSERT_TRUE(answer);
  EXPECT_EQ((*answer)["id"].as_integer(), 7);
  const auto& request = http_.requests.at(0);
  EXPECT_EQ(request.url, "https://ghes.example/api/v3/repos/o/r/check-runs");
  EXPECT_EQ(request.body, R"({"name":"n"})");
  const std::map<std::string, std::string> headers(request.headers.begin(), request.headers.end());
  EXPECT_EQ(headers.at("Authorization"), "Bearer ghs_secret");
  EXPECT_EQ(headers.at("Accept"), "application/vnd.github+json");
  EXPECT_EQ(headers.at("X-GitHub-Api-Version"), "2022-11-28");
}

TEST_F(ClientTest, KeepsChangesASecondApart) {
  http_.answer(201, "{}");
  http_.answer(200, "{}");
  ASSERT_TRUE(client_.change("POST", "/a", Json::object(), patience_));
  clock_.advance(std::chrono::milliseconds(300));
  ASSERT_TRUE(client_.change("PATCH", "/a/1", Json::object(), patience_));
  EXPECT_EQ(clock_.sleeps, std::vector<base::Duration>{std::chrono::milliseconds(700)});
}

TEST_F(ClientTest, SaysWhatGitHubFoundWrongAndNeverTheToken) {
  http_.answer(422, R"({"message": "Validation Failed", "errors": [{"field": "head_sha"}, "more"]})");
  const auto answer = client_.change("POST", "/x", Json::object(), patience_);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, Kind::invalid);
  EXPECT_EQ(answer.error().message, R"(POST /x: HTTP 422: Validation Failed; {"field":"head_sha"}; more)");
}

TEST_F(ClientTest, GivesUpWhenALimitLastsLongerThanThePatience) {
  std::vector<std::optional<base::Duration>> waits;
  http_.otherwise = [&](const platform::HttpRequest& request) -> base::Result<HttpResponse> {
    const auto limited = refused(403, "secondary rate limit", {{"retry-after", "25"}});
    for (int tried = 1; tried <= 3; ++tried) waits.push_back(request.retry_after(limited, tried));
    return limited;
  };
  const auto answer = client_.change("POST", "/x", Json::object(), patience_);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, Kind::secondary_limit);
  EXPECT_EQ(waits, (std::vector<std::optional<base::Duration>>{seconds(25), seconds(25), std::nullopt}));
  EXPECT_EQ(patience_.waits, seconds(10));
}

TEST_F(ClientTest, StopsAskingWhenItsTimeIsUsedUp) {
  http_.otherwise = [&](const platform::HttpRequest&) -> base::Result<HttpResponse> {
    clock_.advance(seconds(119) + std::chrono::milliseconds(500));
    return HttpResponse{200, {}, "{}"};
  };
  ASSERT_TRUE(client_.change("POST", "/x", Json::object(), patience_));
  const auto second = client_.change("PATCH", "/x", Json::object(), patience_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, Kind::unavailable);
  EXPECT_EQ(http_.requests.size(), 1U);
}

TEST_F(ClientTest, AnAnswerThatIsNoJsonIsAServiceOutOfOrder) {
  http_.answer(200, "<html>captive portal</html>");
  const auto answer = client_.change("POST", "/x", Json::object(), patience_);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, Kind::unavailable);
}

}  // namespace
}  // namespace ci::github
