// Many requests at once, over real sockets.
#include <gmock/gmock.h>

#include <cstdlib>

#include "fakes/fake_cancellation.hpp"
#include "fakes/fake_environment.hpp"
#include "platform/curl_http.hpp"
#include "platform/fault_server.hpp"
#include "platform/system_clock.hpp"

namespace ci::platform {
namespace {

using namespace std::chrono_literals;
using test::Connection;
using test::FaultServer;
using testing::HasSubstr;

class CurlTransfersTest : public testing::Test {
 protected:
  CurlTransfersTest() {
    for (const char* variable : {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"}) ::unsetenv(variable);
  }

  static HttpRequest request(std::string url, std::string method = "GET") {
    HttpRequest request;
    request.url = std::move(url);
    request.method = std::move(method);
    request.total_timeout = 5s;
    return request;
  }

  // Waits until `count` requests have ended, at most 10 s.
  std::map<int, base::Result<HttpResponse>> ended(std::size_t count) {
    std::map<int, base::Result<HttpResponse>> answers;
    const auto end = clock_.monotonic() + 10s;
    while (answers.size() < count && clock_.monotonic() < end) {
      for (auto& [id, answer] : transfers_->wait(-1, 0, 100ms)) answers.emplace(id, std::move(answer));
    }
    return answers;
  }

  test::FakeEnvironment environment_;
  test::FakeCancellation cancellation_;
  SystemClock clock_{cancellation_};
  CurlHttp http_{environment_, clock_, cancellation_, "ci-optimizer/test"};
  std::unique_ptr<HttpTransfers> transfers_ = http_.transfers();
};

TEST_F(CurlTransfersTest, RunAtTheSameTime) {
  std::atomic<int> open = 0;
  FaultServer server({[&](Connection& peer) {
    ++open;
    for (int i = 0; i < 500 && open < 3; ++i) std::this_thread::sleep_for(10ms);
    peer.answer(open >= 3 ? 200 : 500, "together");
  }});
  for (int id = 0; id < 3; ++id) transfers_->start(id, request(server.url()), {}, {});
  const auto answers = ended(3);
  ASSERT_EQ(answers.size(), 3U);
  for (const auto& [id, answer] : answers) {
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, "together");
  }
}

TEST_F(CurlTransfersTest, SendABodyThatIsTheCallers) {
  FaultServer server({[](Connection& peer) { peer.answer(201); }});
  const std::string body(3'000'000, 'b');
  transfers_->start(1, request(server.url("/block"), "PUT"), body, {});
  const auto answers = ended(1);
  ASSERT_TRUE(answers.at(1)) << answers.at(1).error().message;
  EXPECT_EQ(answers.at(1)->status, 201);
  const std::string sent = server.requests().front();
  EXPECT_THAT(sent.substr(0, 200), HasSubstr("PUT /block"));
  EXPECT_TRUE(sent.ends_with(body));
}

TEST_F(CurlTransfersTest, HandOutABodyAsItComesAndAgainWhatWasPutOff) {
  FaultServer server({[](Connection& peer) { peer.answer(200, std::string(2'000'000, 'x')); }});
  std::size_t taken = 0;
  bool full = false;
  transfers_->start(7, request(server.url()), {}, [&](const HttpResponse& head, std::string_view bytes) {
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.header("content-length"), "2000000");
    if (taken >= 1'000'000 && !full) {
      full = true;
      return Flow::later;
    }
    taken += bytes.size();
    return Flow::taken;
  });
  const auto end = clock_.monotonic() + 10s;
  while (!full && clock_.monotonic() < end) transfers_->wait(-1, 0, 10ms);
  const std::size_t before = taken;
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(transfers_->wait(-1, 0, 10ms).empty());
  EXPECT_EQ(taken, before);
  transfers_->resume(7);
  EXPECT_TRUE(ended(1).at(7));
  EXPECT_EQ(taken, 2'000'000U);
}

TEST_F(CurlTransfersTest, KeepTheBodyOfARefusalFromTheReceiver) {
  FaultServer server({[](Connection& peer) { peer.answer(503, "busy", "Retry-After: 2\r\n"); }});
  transfers_->start(1, request(server.url()), {}, [](const HttpResponse&, std::string_view) {
    ADD_FAILURE() << "a refusal's body";
    return Flow::taken;
  });
  const auto answers = ended(1);
  EXPECT_EQ(answers.at(1)->status, 503);
  EXPECT_EQ(answers.at(1)->body, "busy");
  EXPECT_EQ(answers.at(1)->header("retry-after"), "2");
}

TEST_F(CurlTransfersTest, FollowARedirect) {
  FaultServer target({[](Connection& peer) { peer.answer(200, "here"); }});
  FaultServer server(
      {[&](Connection& peer) { peer.answer(307, "not here", "Location: " + target.url("/there") + "\r\n"); }});
  std::string body;
  transfers_->start(1, request(server.url()), {}, [&](const HttpResponse&, std::string_view bytes) {
    body += bytes;
    return Flow::taken;
  });
  EXPECT_EQ(ended(1).at(1)->status, 200);
  EXPECT_EQ(body, "here");
}

TEST_F(CurlTransfersTest, EndWhatStallsAndLeaveTheOthers) {
  FaultServer silent({[](Connection& peer) {
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    peer.wait_for_close();
  }});
  FaultServer server({[](Connection& peer) {
    std::this_thread::sleep_for(600ms);
    peer.answer(200, "late");
  }});
  auto stalling = request(silent.url());
  stalling.stall_timeout = 200ms;
  transfers_->start(1, stalling, {}, {});
  transfers_->start(2, request(server.url()), {}, {});
  const auto answers = ended(2);
  ASSERT_FALSE(answers.at(1));
  EXPECT_EQ(answers.at(1).error().kind, base::ErrorKind::timeout);
  EXPECT_THAT(answers.at(1).error().message, HasSubstr("no byte for 0.2 s"));
  EXPECT_EQ(answers.at(2)->body, "late");
}

TEST_F(CurlTransfersTest, AreStoppedWithoutAWord) {
  FaultServer silent({[](Connection& peer) { peer.wait_for_close(); }});
  transfers_->start(1, request(silent.url()), {}, {});
  EXPECT_TRUE(transfers_->wait(-1, 0, 100ms).empty());
  transfers_->stop(1);
  transfers_->stop(1);
  EXPECT_TRUE(transfers_->wait(-1, 0, 10ms).empty());
}

TEST_F(CurlTransfersTest, TellAFailureWithoutTheUrl) {
  std::string dead;
  {
    FaultServer server({[](Connection&) {}});
    dead = server.url("/path?sig=s3cret");
  }
  transfers_->start(1, request(dead), {}, {});
  const auto answers = ended(1);
  ASSERT_FALSE(answers.at(1));
  EXPECT_THAT(answers.at(1).error().message, testing::Not(HasSubstr("s3cret")));
}

}  // namespace
}  // namespace ci::platform
