// Ranged downloads over a scripted service. What real sockets do to them is in github_faults_test.cpp.
#include "store/range_download.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "conformance.hpp"
#include "platform/system_clock.hpp"

namespace ci::test {
namespace {

using namespace std::chrono_literals;
using platform::HttpRequest;
using platform::HttpResponse;
using store::RangeDownload;
using testing::HasSubstr;

std::string header_of(const HttpRequest& request, std::string_view name) {
  for (const auto& [key, value] : request.headers) {
    if (key == name) return value;
  }
  return "";
}

class ScriptedSource final : public store::RangeSource {
 public:
  explicit ScriptedSource(int& renewals) : renewals_(renewals) {}
  base::Result<HttpRequest> request() override {
    HttpRequest request;
    request.url = fmt::format("https://service/entry?sig={}", renewals_);
    return request;
  }
  base::Result<void> renew() override {
    if (++renewals_ > 1) return base::fail(base::ErrorKind::unavailable, "the entry is gone");
    return {};
  }

 private:
  int& renewals_;
};

class RangeDownloadTest : public testing::Test {
 protected:
  RangeDownloadTest() {
    for (std::size_t i = 0; i < bytes_.size(); ++i) bytes_[i] = static_cast<char>(i * i >> 7);
    platform_.http.otherwise = [this](const HttpRequest& request) { return serve(request); };
  }

  // An honest service.
  HttpResponse serve(const HttpRequest& request) const {
    std::size_t first = 0;
    std::size_t last = bytes_.size() - 1;
    const std::string range = header_of(request, "Range");
    if (range.empty()) return {200, {{"content-length", std::to_string(bytes_.size())}}, bytes_};
    if (std::sscanf(range.c_str(), "bytes=%zu-%zu", &first, &last) != 2 || first >= bytes_.size()) return {416, {}, ""};
    last = std::min(last, bytes_.size() - 1);
    return {206,
            {{"content-range", fmt::format("bytes {}-{}/{}", first, last, bytes_.size())},
             {"etag", "\"1\""},
             {"last-modified", "Sat, 21 Nov 2026 04:24:00 GMT"}},
            bytes_.substr(first, last - first + 1)};
  }

  base::Result<std::string> download() {
    store::RangeSettings settings;
    settings.end = clock_.monotonic() + 60s;
    settings.range = 10'000;
    settings.at_once = 4;
    settings.bytes = expected_;
    const platform::Platform seams{clock_,         platform_.environment, platform_.processes,
                                   platform_.http, platform_.log,         platform_.cancellation};
    auto begun = RangeDownload::begin(std::make_unique<ScriptedSource>(renewals_), settings, seams);
    if (!begun) return base::fail(begun.error());
    facts_ = (*begun)->facts();
    (*begun)->start();
    std::string got = read_from((*begun)->descriptor());
    if (auto whole = (*begun)->finish(); !whole) return base::fail(whole.error());
    return got;
  }

  std::string bytes_ = std::string(95'001, '\0');
  std::optional<std::uint64_t> expected_;
  int renewals_ = 0;
  store::RangeFacts facts_;
  FakePlatform platform_;
  platform::SystemClock clock_{platform_.cancellation};  // what waits for another try waits for real
};

TEST_F(RangeDownloadTest, PutsTheRangesInOrder) {
  const auto got = download();
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_TRUE(*got == bytes_);
  EXPECT_EQ(platform_.http.requests.size(), 10U);
  EXPECT_EQ(header_of(platform_.http.requests.back(), "If-Match"), "\"1\"");
}

TEST_F(RangeDownloadTest, TellsWhatTheFirstAnswerTold) {
  ASSERT_TRUE(download());
  EXPECT_EQ(facts_.bytes, bytes_.size());
  EXPECT_EQ(base::to_rfc3339(*facts_.modified), "2026-11-21T04:24:00.000000Z");
}

TEST_F(RangeDownloadTest, ReadsAnEntryOfAnyLength) {
  for (const std::size_t size : {1U, 9'999U, 10'000U, 10'001U, 40'000U}) {
    bytes_.resize(size);
    const auto got = download();
    ASSERT_TRUE(got) << size << ": " << got.error().message;
    EXPECT_TRUE(*got == bytes_);
  }
}

TEST_F(RangeDownloadTest, ReadsAnEmptyEntry) {
  platform_.http.answer(416, "", {{"content-range", "bytes */0"}});
  platform_.http.answer(200, "", {{"content-length", "0"}});
  EXPECT_EQ(*download(), "");
}

TEST_F(RangeDownloadTest, ReadsAServiceThatKnowsNoRangesAndNoLength) {
  platform_.http.otherwise = [this](const HttpRequest&) { return HttpResponse{200, {}, bytes_}; };
  const auto got = download();
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_TRUE(*got == bytes_);
  EXPECT_EQ(platform_.http.requests.size(), 1U);
}

TEST_F(RangeDownloadTest, RenewsAnExpiredUrlOnce) {
  platform_.http.otherwise = [this](const HttpRequest& request) {
    const bool expired = request.url.ends_with("0") && !header_of(request, "Range").starts_with("bytes=0-");
    return expired ? HttpResponse{403, {}, ""} : serve(request);
  };
  const auto got = download();
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_TRUE(*got == bytes_);
  EXPECT_EQ(renewals_, 1);
}

TEST_F(RangeDownloadTest, AnEntryThatIsGoneIsAnError) {
  platform_.http.otherwise = [](const HttpRequest&) { return HttpResponse{404, {}, ""}; };
  EXPECT_EQ(download().error().message, "the entry is gone");
}

TEST_F(RangeDownloadTest, RefusesAnotherLengthThanTheEntryHad) {
  expected_ = 5;
  const auto got = download();
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().message, HasSubstr("95001 bytes now, and had 5"));
}

TEST_F(RangeDownloadTest, DoesNotWaitForAsLongAsTheServiceLikes) {
  platform_.http.answer(429, "", {{"retry-after", "61"}});
  EXPECT_EQ(download().error().message, "GET https://service/entry: HTTP 429");
}

TEST_F(RangeDownloadTest, NeverShowsTheQueryOfItsUrl) {
  platform_.http.otherwise = [](const HttpRequest&) { return HttpResponse{410, {}, ""}; };
  platform_.http.answer(418);
  EXPECT_EQ(download().error().message, "GET https://service/entry: HTTP 418");
}

}  // namespace
}  // namespace ci::test
