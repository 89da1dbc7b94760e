#include "platform/curl_http.hpp"

#include <gmock/gmock.h>

#include <cstdlib>

#include "fakes/fake_cancellation.hpp"
#include "fakes/fake_environment.hpp"
#include "platform/fault_server.hpp"
#include "platform/system_clock.hpp"

namespace ci::platform {
namespace {

using namespace std::chrono_literals;
using test::Connection;
using test::FaultServer;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// The real clock, but waits between tries are only written down.
class ImpatientClock final : public Clock {
 public:
  explicit ImpatientClock(const Cancellation& cancellation) : real_(cancellation) {}
  [[nodiscard]] base::TimePoint now() const override { return real_.now(); }
  [[nodiscard]] Monotonic monotonic() const override { return real_.monotonic(); }
  void sleep(base::Duration duration) override { waits.push_back(duration); }
  std::vector<base::Duration> waits;

 private:
  SystemClock real_;
};

class CurlHttpTest : public testing::Test {
 protected:
  CurlHttpTest() {
    for (const char* variable : {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
      ::unsetenv(variable);
    }
  }

  static HttpRequest request(std::string url, std::string method = "GET", std::string body = {}) {
    HttpRequest request;
    request.method = std::move(method);
    request.url = std::move(url);
    request.body = std::move(body);
    return request;
  }

  // The address of a port that nobody listens on.
  static std::string dead_url() {
    FaultServer server({[](Connection&) {}});
    return server.url("/path?token=s3cret");
  }

  static FaultServer::Script answering(int status, std::string body = {}, std::string headers = {}) {
    return [=](Connection& peer) { peer.answer(status, body, headers); };
  }

  base::Duration elapsed() const { return clock_.monotonic() - begin_; }

  test::FakeEnvironment environment_;
  test::FakeCancellation cancellation_;
  ImpatientClock clock_{cancellation_};
  CurlHttp http_{environment_, clock_, cancellation_, "ci-optimizer/test"};
  Monotonic begin_ = clock_.monotonic();
};

TEST_F(CurlHttpTest, GivesStatusHeadersAndBody) {
  FaultServer server({answering(200, "hello", "X-One: 1\r\nx-one:  two \r\n")});
  auto sent = request(server.url("/a?b=c"));
  sent.headers = {{"Accept", "text/plain"}};
  const auto answer = http_.send(sent);
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "hello");
  EXPECT_EQ(answer->header("x-one"), "two");
  EXPECT_EQ(answer->header("x-two"), "");
  EXPECT_THAT(server.requests().at(0), AllOf(StartsWith("GET /a?b=c HTTP/1.1\r\n"), HasSubstr("Accept: text/plain\r\n"),
                                             HasSubstr("User-Agent: ci-optimizer/test\r\n")));
}

TEST_F(CurlHttpTest, SendsABodyWithAnyMethod) {
  FaultServer server({answering(201)});
  for (const char* method : {"POST", "PATCH", "PUT", "DELETE"}) {
    auto sent = request(server.url(), method, "{\"a\":1}");
    sent.headers = {{"Content-Type", "application/json"}};
    ASSERT_TRUE(http_.send(sent).has_value());
    EXPECT_THAT(server.requests().back(),
                AllOf(StartsWith(method), HasSubstr("\r\nContent-Type: application/json\r\n"),
                      HasSubstr("Content-Length: 7\r\n"), testing::EndsWith("\r\n\r\n{\"a\":1}")));
  }
  EXPECT_EQ(http_.send(request(server.url(), "HEAD"))->status, 201);
  EXPECT_THAT(server.requests().back(), StartsWith("HEAD / "));
}

TEST_F(CurlHttpTest, RepeatsTheRequestWhereARedirectPoints) {
  for (const int status : {301, 302, 307, 308}) {
    FaultServer server({answering(status, {}, "Location: /new\r\n"), answering(200, "there")});
    auto sent = request(server.url("/old"), "POST", "body");
    sent.headers = {{"Authorization", "Bearer s3cret"}};
    const auto answer = http_.send(sent);
    ASSERT_TRUE(answer.has_value()) << answer.error().message;
    EXPECT_EQ(answer->body, "there");
    EXPECT_THAT(server.requests().at(1), AllOf(StartsWith("POST /new "), testing::EndsWith("\r\n\r\nbody"),
                                               HasSubstr("Authorization: Bearer s3cret\r\n")));
  }
}

TEST_F(CurlHttpTest, LooksByGetWhereA303Points) {
  FaultServer server({answering(303, {}, "Location: /result\r\n"), answering(200)});
  ASSERT_TRUE(http_.send(request(server.url(), "PATCH", "body")).has_value());
  EXPECT_THAT(server.requests().at(1), AllOf(StartsWith("GET /result "), Not(HasSubstr("body"))));
}

TEST_F(CurlHttpTest, SendsNoCredentialsToAnotherHostOrPort) {
  FaultServer other({answering(200)});
  for (const auto& place : {other.url("/", "localhost"), other.url("/")}) {
    FaultServer server({answering(302, {}, "Location: " + place + "\r\n")});
    auto sent = request(server.url());
    sent.headers = {
        {"Authorization", "Bearer s3cret"}, {"cookie", "id=s3cret"}, {"X-Api-Key", "s3cret"}, {"Range", "bytes=0-1"}};
    ASSERT_TRUE(http_.send(sent).has_value());
    EXPECT_THAT(server.requests().back(), HasSubstr("s3cret"));
    EXPECT_THAT(other.requests().back(), AllOf(Not(HasSubstr("s3cret")), HasSubstr("Range: bytes=0-1\r\n")));
  }
}

TEST_F(CurlHttpTest, GivesUpOnEndlessRedirects) {
  FaultServer server({answering(302, {}, "Location: /again\r\n")});
  const auto answer = http_.send(request(server.url()));
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, base::ErrorKind::unavailable);
  EXPECT_THAT(answer.error().message, HasSubstr("more than 5 redirects"));
  EXPECT_EQ(server.requests().size(), 6U);
}

TEST_F(CurlHttpTest, FollowsNoRedirectToAnotherProtocol) {
  FaultServer server({answering(302, {}, "Location: file:///etc/passwd\r\n")});
  const auto answer = http_.send(request(server.url()));
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(CurlHttpTest, TriesAgainAfterServerErrors) {
  FaultServer server({answering(503), answering(500), answering(200, "at last")});
  EXPECT_EQ(http_.send(request(server.url(), "POST", "x"))->body, "at last");
  ASSERT_EQ(clock_.waits.size(), 2U);
  EXPECT_GE(clock_.waits[0], 500ms);
  EXPECT_LE(clock_.waits[0], 1s);
  EXPECT_GE(clock_.waits[1], 1s);
  EXPECT_LE(clock_.waits[1], 2s);
}

TEST_F(CurlHttpTest, GivesTheLastAnswerWhenTriesAreUsedUp) {
  FaultServer server({answering(503, "busy")});
  const auto answer = http_.send(request(server.url()));
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(answer->body, "busy");
  EXPECT_EQ(server.requests().size(), 4U);
}

TEST_F(CurlHttpTest, WaitsAsRetryAfterSays) {
  FaultServer server({answering(429, {}, "Retry-After: 7\r\n"), answering(200)});
  EXPECT_EQ(http_.send(request(server.url()))->status, 200);
  EXPECT_THAT(clock_.waits, testing::ElementsAre(7s));
}

TEST_F(CurlHttpTest, EndsAtOnceWhenRetryAfterIsBeyondItsCap) {
  FaultServer server({answering(429, "later", "Retry-After: 61\r\n")});
  const auto answer = http_.send(request(server.url()));
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 429);
  EXPECT_EQ(answer->body, "later");
  EXPECT_EQ(server.requests().size(), 1U);
  EXPECT_TRUE(clock_.waits.empty());
}

TEST_F(CurlHttpTest, EndsAllTriesWhenTheRequestSays) {
  FaultServer server({answering(429, "later", "Retry-After: 7\r\n")});
  auto sent = request(server.url());
  sent.end = clock_.monotonic() + 5s;
  EXPECT_EQ(http_.send(sent)->status, 429);
  EXPECT_TRUE(clock_.waits.empty());
  FaultServer silent({[](Connection& peer) { peer.wait_for_close(); }});
  sent.url = silent.url();
  sent.end = clock_.monotonic() + 300ms;
  const auto begun = clock_.monotonic();
  EXPECT_EQ(http_.send(sent).error().kind, base::ErrorKind::timeout);
  EXPECT_LT(clock_.monotonic() - begun, 2s);
}

TEST_F(CurlHttpTest, RepeatsAPostWhoseAnswerWasLostOnlyWhereThatIsHarmless) {
  for (const auto& [repeat, requests] : {std::pair(Repeat::by_method, 1U), std::pair(Repeat::harmless, 2U)}) {
    FaultServer server({[](Connection& peer) { peer.reset(); }, answering(200)});
    auto sent = request(server.url(), "POST", "x");
    sent.repeat = repeat;
    EXPECT_EQ(http_.send(sent).has_value(), repeat == Repeat::harmless);
    EXPECT_EQ(server.requests().size(), requests);
  }
}

TEST_F(CurlHttpTest, AsksTheRequestsOwnRuleFirst) {
  FaultServer server({answering(403), answering(200)});
  auto sent = request(server.url());
  sent.retry_after = [](const HttpResponse& response, int tried) -> std::optional<base::Duration> {
    return response.status == 403 ? std::optional<base::Duration>(tried * 2s) : std::nullopt;
  };
  EXPECT_EQ(http_.send(sent)->status, 200);
  EXPECT_THAT(clock_.waits, testing::ElementsAre(2s));
}

TEST_F(CurlHttpTest, SaysWhatFailedWithoutSecretsOfTheUrl) {
  auto url = dead_url();
  url.insert(url.find("127"), "user:s3cret@");
  const auto answer = http_.send(request(url, "POST"));
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, base::ErrorKind::unavailable);
  EXPECT_THAT(answer.error().message, AllOf(StartsWith("POST http://127.0.0.1:"), HasSubstr("/path: "),
                                            HasSubstr("(after 4 tries)"), Not(HasSubstr("s3cret"))));
  EXPECT_EQ(clock_.waits.size(), 3U);
}

TEST_F(CurlHttpTest, RepeatsAfterAResetOnlyWhatMayBeSentTwice) {
  const FaultServer::Script reset = [](Connection& peer) { peer.reset(); };
  FaultServer server({reset, answering(200)});
  EXPECT_EQ(http_.send(request(server.url()))->status, 200);

  FaultServer again({reset, answering(200)});
  const auto answer = http_.send(request(again.url(), "POST", "x"));
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, base::ErrorKind::unavailable);
  EXPECT_EQ(again.requests().size(), 1U);
}

TEST_F(CurlHttpTest, RepeatsAnAnswerThatBreaksOff) {
  FaultServer server({[](Connection& peer) { peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"); },
                      answering(200, "whole")});
  EXPECT_EQ(http_.send(request(server.url()))->body, "whole");
}

TEST_F(CurlHttpTest, GivesUpOnAStalledAnswer) {
  FaultServer server({[](Connection& peer) {
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    peer.wait_for_close();
  }});
  auto sent = request(server.url());
  sent.stall_timeout = 300ms;
  sent.tries = 1;
  const auto answer = http_.send(sent);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, base::ErrorKind::timeout);
  EXPECT_THAT(answer.error().message, HasSubstr("stalled: no byte for 0.3 s"));
  EXPECT_LT(elapsed(), 1s);
}

TEST_F(CurlHttpTest, GivesUpOnAServerThatNeverAnswers) {
  FaultServer server({[](Connection& peer) { peer.wait_for_close(); }});
  auto sent = request(server.url());
  sent.stall_timeout = 200ms;
  sent.tries = 2;
  const auto answer = http_.send(sent);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, base::ErrorKind::timeout);
  EXPECT_EQ(server.requests().size(), 2U);
  EXPECT_LT(elapsed(), 1500ms);
}

TEST_F(CurlHttpTest, GivesUpOnATrickleAtItsTotalLimit) {
  FaultServer server({[](Connection& peer) {
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
    while (peer.send("x")) std::this_thread::sleep_for(50ms);
  }});
  auto sent = request(server.url());
  sent.stall_timeout = 300ms;
  sent.total_timeout = 600ms;
  sent.tries = 1;
  const auto answer = http_.send(sent);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, base::ErrorKind::timeout);
  EXPECT_GE(elapsed(), 590ms);
  EXPECT_LT(elapsed(), 1200ms);
}

TEST_F(CurlHttpTest, RefusesAnAnswerThatIsTooLong) {
  FaultServer server({answering(200, std::string(100001, 'x'))});
  auto sent = request(server.url());
  sent.max_body = 100000;
  const auto answer = http_.send(sent);
  ASSERT_FALSE(answer.has_value());
  EXPECT_THAT(answer.error().message, HasSubstr("longer than 100000 bytes"));
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(CurlHttpTest, EndsAtOnceWhenTheRunIsCancelled) {
  FaultServer server({[&](Connection& peer) {
    cancellation_.raise();
    peer.wait_for_close();
  }});
  const auto answer = http_.send(request(server.url()));
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, base::ErrorKind::cancelled);
  EXPECT_LT(elapsed(), 200ms);
}

TEST_F(CurlHttpTest, NamesTheVariableWhenItsCertificatesAreNotThere) {
  environment_.variables["SSL_CERT_FILE"] = "/nonexistent/bundle.pem";
  const auto answer = http_.send(request("https://127.0.0.1:1/"));
  ASSERT_FALSE(answer.has_value());
  EXPECT_THAT(answer.error().message, HasSubstr("/nonexistent/bundle.pem"));
  EXPECT_THAT(answer.error().hint, HasSubstr("SSL_CERT_FILE"));

  FaultServer server({answering(200)});
  EXPECT_EQ(http_.send(request(server.url()))->status, 200);  // nobody needs them without TLS
}

TEST_F(CurlHttpTest, ServesSeveralThreads) {
  FaultServer server({answering(200, "x")});
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] { EXPECT_EQ(http_.send(request(server.url()))->body, "x"); });
  }
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace ci::platform
