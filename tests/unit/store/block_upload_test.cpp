// Uploads in blocks to a scripted service. What real sockets do to them is in github_faults_test.cpp.
#include "store/block_upload.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <atomic>
#include <csignal>
#include <set>

#include "conformance.hpp"
#include "platform/system_clock.hpp"

namespace ci::test {
namespace {

using namespace std::chrono_literals;
using platform::HttpRequest;
using platform::HttpResponse;
using store::BlockUpload;
using store::Extent;
using store::NotSaved;
using store::NotSavedReason;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// What a target was told, outside of it, for the test to read when the upload is over.
struct Told {
  std::atomic<bool> begun = false;  // read while the upload goes on
  std::vector<std::string> calls;
  std::map<std::size_t, std::string> blocks;
  bool refuse_to_begin = false;
};

class ScriptedTarget final : public store::BlockTarget {
 public:
  explicit ScriptedTarget(Told& told) : told_(told) {}

  tl::expected<void, NotSaved> begin(Extent extent) override {
    told_.begun = true;
    told_.calls.emplace_back(extent == Extent::whole ? "begin whole" : "begin blocks");
    if (!told_.refuse_to_begin) return {};
    return tl::unexpected<NotSaved>({NotSavedReason::denied, {base::ErrorKind::unavailable, "no", {}}});
  }
  std::optional<HttpRequest> block(std::size_t number, std::uint64_t offset, std::string_view bytes) override {
    if (bytes.empty()) return std::nullopt;
    HttpRequest request;
    request.method = "PUT";
    request.url = fmt::format("https://service/{}?offset={}", number, offset);
    told_.blocks[number] = bytes;
    return request;
  }
  void stored(std::size_t number, const HttpResponse&) override {
    told_.calls.push_back(fmt::format("stored {}", number));
  }
  NotSavedReason reason(const HttpResponse&) override { return NotSavedReason::no_room; }
  tl::expected<void, NotSaved> commit(std::size_t count, std::uint64_t bytes) override {
    told_.calls.push_back(fmt::format("commit {} of {} bytes", count, bytes));
    return {};
  }
  void abandon() override { told_.calls.emplace_back("abandon"); }

 private:
  Told& told_;
};

class BlockUploadTest : public testing::Test {
 protected:
  BlockUploadTest() {
    for (std::size_t i = 0; i < bytes_.size(); ++i) bytes_[i] = static_cast<char>(i * i >> 7);
    platform_.http.otherwise = [](const HttpRequest&) { return HttpResponse{201, {}, ""}; };
    settings_.end = clock_.monotonic() + 60s;
    settings_.block = 10'000;
    settings_.first = 10'000;
    settings_.least = 10'000;
    settings_.at_once = 3;
    settings_.tries = 3;
    before_ = std::signal(SIGPIPE, SIG_IGN);
  }
  ~BlockUploadTest() override { std::signal(SIGPIPE, before_); }

  std::unique_ptr<BlockUpload> begin() {
    const platform::Platform seams{clock_,         platform_.environment, platform_.processes,
                                   platform_.http, platform_.log,         platform_.cancellation};
    return std::move(*BlockUpload::begin(std::make_unique<ScriptedTarget>(told_), settings_, seams));
  }
  std::optional<NotSaved> save(std::string_view bytes) {
    const auto upload = begin();
    (void)write_to(upload->descriptor(), bytes);
    const auto saved = upload->commit();
    return saved ? std::nullopt : std::optional(saved.error());
  }
  std::string sent() const {
    std::string all;
    for (const auto& [number, block] : told_.blocks) all += block;
    return all;
  }

  std::string bytes_ = std::string(95'001, '\0');
  Told told_;
  store::BlockSettings settings_;
  FakePlatform platform_;
  platform::SystemClock clock_{platform_.cancellation};  // what waits for another try waits for real
  void (*before_)(int) = SIG_DFL;
};

TEST_F(BlockUploadTest, SendsEveryByteInBlocks) {
  ASSERT_FALSE(save(bytes_));
  EXPECT_TRUE(sent() == bytes_);
  EXPECT_THAT(told_.blocks, SizeIs(10));
  EXPECT_EQ(told_.calls.front(), "begin blocks");
  EXPECT_EQ(told_.calls.back(), "commit 10 of 95001 bytes");
}

TEST_F(BlockUploadTest, SendsALittleAsAWhole) {
  ASSERT_FALSE(save("little"));
  EXPECT_THAT(told_.calls, ElementsAre("begin whole", "stored 0", "commit 1 of 6 bytes"));
  EXPECT_EQ(sent(), "little");
}

TEST_F(BlockUploadTest, BeginsBeforeABlockIsFull) {
  settings_.first = 100;
  const auto upload = begin();
  ASSERT_TRUE(write_to(upload->descriptor(), std::string_view(bytes_).substr(0, 500)));
  for (int i = 0; i < 500 && !told_.begun; ++i) clock_.sleep(10ms);
  EXPECT_TRUE(told_.begun);
  ASSERT_TRUE(write_to(upload->descriptor(), std::string_view(bytes_).substr(500)));
  ASSERT_TRUE(upload->commit().has_value());
  EXPECT_TRUE(sent() == bytes_);
  EXPECT_LT(told_.blocks[0].size(), 10'000U);
}

TEST_F(BlockUploadTest, SendsNothingWhereTheServiceWantsNoRequestForIt) {
  ASSERT_FALSE(save(""));
  EXPECT_THAT(told_.calls, ElementsAre("begin whole", "commit 1 of 0 bytes"));
  EXPECT_THAT(platform_.http.requests, IsEmpty());
}

TEST_F(BlockUploadTest, SendsABlockAgain) {
  platform_.http.answer(503);
  platform_.http.refuse({base::ErrorKind::unavailable, "connection reset", {}});
  ASSERT_FALSE(save("little"));
  EXPECT_THAT(platform_.http.requests, SizeIs(3));
}

TEST_F(BlockUploadTest, GivesUpAfterItsTries) {
  platform_.http.otherwise = [](const HttpRequest&) { return HttpResponse{503, {}, ""}; };
  const auto refusal = save("little");
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->reason, NotSavedReason::failed);
  EXPECT_EQ(refusal->error.message, "cannot send the cache entry to https://service/0: HTTP 503 (after 3 tries)");
  EXPECT_THAT(told_.calls, ElementsAre("begin whole", "abandon"));
}

TEST_F(BlockUploadTest, DoesNotWaitForAsLongAsTheServiceLikes) {
  platform_.http.answer(429, "", {{"retry-after", "61"}});
  EXPECT_EQ(save("little")->reason, NotSavedReason::later);
  EXPECT_THAT(platform_.http.requests, SizeIs(1));
}

TEST_F(BlockUploadTest, AsksTheTargetWhatARefusalMeans) {
  platform_.http.answer(400);
  EXPECT_EQ(save("little")->reason, NotSavedReason::no_room);
}

TEST_F(BlockUploadTest, ATargetThatDoesNotBeginEndsTheUpload) {
  told_.refuse_to_begin = true;
  const auto refusal = save(bytes_);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->reason, NotSavedReason::denied);
  EXPECT_THAT(told_.calls, ElementsAre("begin blocks"));
}

TEST_F(BlockUploadTest, AnAbandonedUploadIsAbandonedAtTheService) {
  {
    const auto upload = begin();
    ASSERT_TRUE(write_to(upload->descriptor(), std::string(3'000'000, 'x'))) << "more than a pipe holds";
  }
  EXPECT_EQ(told_.calls.front(), "begin blocks");
  EXPECT_EQ(told_.calls.back(), "abandon");
}

TEST_F(BlockUploadTest, EndsAtItsDeadlineWhoeverHoldsThePipe) {
  settings_.end = clock_.monotonic() + 300ms;
  const auto upload = begin();
  const platform::FileDescriptor another(::dup(upload->descriptor()));
  const auto begun = clock_.monotonic();
  const auto saved = upload->commit();
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().error.kind, base::ErrorKind::timeout);
  EXPECT_LT(clock_.monotonic() - begun, 2s);
}

}  // namespace
}  // namespace ci::test
