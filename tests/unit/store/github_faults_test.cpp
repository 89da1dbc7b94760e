// The `github:` store and a service that misbehaves: it ends in time, tells the truth, and never gives wrong bytes.
#include <csignal>
#include <random>
#include <thread>

#include "github_place.hpp"

namespace ci::test {
namespace {

using namespace std::chrono_literals;
using store::GithubProtocol;
using store::NotSavedReason;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// Bytes that are the same in no two places.
std::string noise(std::size_t size) {
  std::mt19937_64 generator(size);
  std::string bytes(size, '\0');
  for (auto& byte : bytes) byte = static_cast<char>(generator());
  return bytes;
}

const std::string kLarge = noise(20'000'000);  // several ranges and blocks
const std::string kSmall = noise(1000);

class GithubFaults : public testing::Test {
 protected:
  void SetUp() override {
    if (!CacheServer::possible()) GTEST_SKIP() << "node is not here";
    place_ = std::make_unique<GithubPlace>(GithubProtocol::v2);
    place_->clock.longest = 10ms;
    before_ = std::signal(SIGPIPE, SIG_IGN);  // as in the program
  }
  void TearDown() override {
    if (place_) std::signal(SIGPIPE, before_);
  }

  std::unique_ptr<store::GithubStore> open_store() { return place_->real_store({.restore = budget_, .save = budget_}); }
  void set_fault(const std::string& fault) { calls(R"({"faults":[)" + fault + "]}"); }
  std::string calls(const std::string& wish = "{}") { return place_->control(wish); }

  std::optional<store::NotSaved> save_now(const std::string& key, std::string_view bytes) {
    return save(*open_store(), key, bytes);
  }
  // What a restore of `key` ends with: "right", "wrong", "miss", or an error.
  std::string restored(const std::string& key, std::string_view bytes) {
    const auto store = open_store();
    const auto begun = place_->clock.monotonic();
    const auto found = store->find(key, {});
    const auto got = found && *found ? load(*store, **found) : base::Result<std::string>();
    EXPECT_LT(place_->clock.monotonic() - begun, budget_ + 1s) << "a restore that takes longer than its budget";
    if (!found) return found.error().message;
    if (!*found) return "miss";
    if (!got) return got.error().message;
    return *got == bytes ? "right" : "wrong";
  }

  std::unique_ptr<GithubPlace> place_;
  base::Duration budget_ = 5s;
  void (*before_)(int) = SIG_DFL;
};

TEST_F(GithubFaults, ARestoreOutlivesWhatPasses) {
  ASSERT_FALSE(save_now("key", kLarge));
  for (const std::string fault :
       {R"({"call":"lookup","times":2,"status":503})", R"({"call":"lookup","times":1,"reset":true})",
        R"({"call":"lookup","times":1,"status":429,"headers":{"retry-after":"2"}})",
        R"({"call":"getBlob","times":1,"status":503})", R"({"call":"getBlob","times":1,"status":500})",
        R"({"call":"getBlob","times":1,"status":429,"headers":{"retry-after":"1"}})",
        R"({"call":"getBlob","times":2,"reset":true})", R"({"call":"getBlob","times":2,"cut":0})",
        R"({"call":"getBlob","times":3,"cut":100000})", R"({"call":"getBlob","times":1,"after":1,"cut":5000000})",
        R"({"call":"getBlob","times":1,"after":1,"status":403})",
        R"({"call":"getBlob","times":1,"after":1,"status":404})",
        R"({"call":"getBlob","times":1,"after":1,"ignoreRange":true})", R"({"call":"getBlob","times":1,"shift":7})",
        R"({"call":"getBlob","ignoreRange":true})"}) {
    set_fault(fault);
    EXPECT_EQ(restored("key", kLarge), "right") << fault;
  }
}

TEST_F(GithubFaults, ARestoreThatCannotSucceedEndsInItsBudgetAndIsNoHit) {
  ASSERT_FALSE(save_now("key", kLarge));
  budget_ = 500ms;
  for (const std::string fault : {R"({"call":"lookup","status":500})",
                                  R"({"call":"lookup","status":404})",
                                  R"({"call":"lookup","status":412})",
                                  R"({"call":"lookup","status":429,"headers":{"retry-after":"3600"}})",
                                  R"({"call":"lookup","status":200,"body":"<html>"})",
                                  R"({"call":"lookup","status":200,"body":"{\"ok\":true}"})",
                                  R"({"call":"lookup","reset":true})",
                                  R"({"call":"lookup","stall":true})",
                                  R"({"call":"getBlob","status":403})",
                                  R"({"call":"getBlob","status":404})",
                                  R"({"call":"getBlob","status":412})",
                                  R"({"call":"getBlob","status":503})",
                                  R"({"call":"getBlob","status":204})",
                                  R"({"call":"getBlob","status":429,"headers":{"retry-after":"3600"}})",
                                  R"({"call":"getBlob","reset":true})",
                                  R"({"call":"getBlob","stall":true})",
                                  R"({"call":"getBlob","after":1,"stall":true})",
                                  R"({"call":"getBlob","halt":0})",
                                  R"({"call":"getBlob","halt":1})",
                                  R"({"call":"getBlob","halt":5000000})",
                                  R"({"call":"getBlob","trickle":20})",
                                  R"({"call":"getBlob","cut":0})",
                                  R"({"call":"getBlob","shift":7})",
                                  R"({"call":"getBlob","after":1,"total":10000000})",
                                  R"({"call":"getBlob","total":30000000})",
                                  R"({"call":"getBlob","after":1,"ignoreRange":true})",
                                  R"({"call":"getBlob","ignoreRange":true,"cut":9000000})"}) {
    set_fault(fault);
    const std::string outcome = restored("key", kLarge);
    EXPECT_NE(outcome, "right") << fault;
    EXPECT_NE(outcome, "wrong") << fault;
    EXPECT_THAT(outcome, Not(HasSubstr("sig="))) << "a signed URL is shown";
  }
}

TEST_F(GithubFaults, AnExpiredUrlIsRenewedInTheMidst) {
  ASSERT_FALSE(save_now("key", kLarge));
  calls(R"({"lifetime":300})");
  set_fault(R"({"call":"getBlob","after":1,"times":2,"delay":400,"cut":10})");
  EXPECT_EQ(restored("key", kLarge), "right");
}

TEST_F(GithubFaults, AReaderThatStopsEndsTheDownload) {
  ASSERT_FALSE(save_now("key", kLarge));
  const auto store = open_store();
  auto download = store->open(**store->find("key", {}));
  ASSERT_TRUE(download);
  char byte = 0;
  EXPECT_EQ(::read((*download)->descriptor(), &byte, 1), 1);
  EXPECT_FALSE((*download)->finish()) << "not all of it was read";
}

TEST_F(GithubFaults, ASaveOutlivesWhatPasses) {
  int number = 0;
  for (const std::string fault :
       {R"({"call":"lookup","times":2,"status":503})", R"({"call":"reserve","times":2,"status":500})",
        R"({"call":"reserve","times":1,"status":429,"headers":{"retry-after":"2"}})",
        R"({"call":"putBlock","times":1,"status":503})", R"({"call":"putBlock","times":1,"reset":true})",
        R"({"call":"putBlock","times":1,"swallow":true})", R"({"call":"putBlob","times":1,"status":500})",
        R"({"call":"putBlockList","times":2,"status":503})", R"({"call":"putBlockList","times":1,"swallow":true})",
        R"({"call":"finalize","times":2,"status":404})", R"({"call":"finalize","times":2,"status":500})",
        R"({"call":"finalize","times":1,"swallow":true})"}) {
    for (const std::string& bytes : {kLarge, kSmall}) {
      set_fault(fault);
      const std::string key = "key-" + std::to_string(number++);
      const auto refusal = save_now(key, bytes);
      EXPECT_FALSE(refusal) << fault << ": " << refusal->error.message;
      set_fault("");
      EXPECT_EQ(restored(key, bytes), "right") << fault;
    }
  }
}

TEST_F(GithubFaults, ASaveThatCannotSucceedSaysWhyAndIsNoEntry) {
  struct Case {
    const char* fault;
    NotSavedReason reason;
  };
  int number = 0;
  for (
      const auto& [fault, reason] : std::initializer_list<Case>{
          {R"({"call":"lookup","status":500})", NotSavedReason::failed},
          {R"({"call":"reserve","status":403,"body":"{\"msg\":\"cache write denied: token has no writable scopes\"}"})",
           NotSavedReason::denied},
          {R"({"call":"reserve","status":200,"body":"{\"ok\":false,\"message\":\"cache write denied: no\"}"})",
           NotSavedReason::denied},
          {R"({"call":"reserve","status":403,"body":"{\"msg\":\"insufficient usage to create artifact storage\"}"})",
           NotSavedReason::no_room},
          {R"({"call":"reserve","status":429,"headers":{"retry-after":"3600"}})", NotSavedReason::later},
          {R"({"call":"reserve","status":404})", NotSavedReason::failed},
          {R"({"call":"reserve","status":412})", NotSavedReason::failed},
          {R"({"call":"reserve","status":503})", NotSavedReason::failed},
          {R"({"call":"reserve","status":200,"body":"<html>"})", NotSavedReason::already_there},
          {R"({"call":"putBlock","status":403})", NotSavedReason::failed},
          {R"({"call":"putBlock","status":409})", NotSavedReason::failed},
          {R"({"call":"putBlock","status":413})", NotSavedReason::no_room},
          {R"({"call":"putBlock","status":503})", NotSavedReason::failed},
          {R"({"call":"putBlock","reset":true})", NotSavedReason::failed},
          {R"({"call":"putBlock","stall":true})", NotSavedReason::failed},
          {R"({"call":"putBlockList","status":403})", NotSavedReason::failed},
          {R"({"call":"putBlockList","status":500})", NotSavedReason::failed},
          {R"({"call":"finalize","status":404})", NotSavedReason::failed},
          {R"({"call":"finalize","status":429,"headers":{"retry-after":"3600"}})", NotSavedReason::later},
          {R"({"call":"finalize","status":200,"body":"{\"ok\":false,\"message\":\"no\"}"})", NotSavedReason::failed},
      }) {
    set_fault(fault);
    const std::string key = "key-" + std::to_string(number++);
    const auto store = open_store();
    const auto begun = place_->clock.monotonic();
    auto upload = store->create(key);
    std::optional<store::NotSaved> refusal;
    if (!upload) {
      refusal = upload.error();
    } else {
      (void)write_to((*upload)->descriptor(), kLarge);
      if (const auto saved = (*upload)->commit(); !saved) refusal = saved.error();
    }
    EXPECT_LT(place_->clock.monotonic() - begun, budget_ + 1s) << fault;
    ASSERT_TRUE(refusal) << fault;
    EXPECT_EQ(refusal->reason, reason) << fault << ": " << refusal->error.message;
    EXPECT_THAT(refusal->error.message, Not(HasSubstr("sig="))) << "a signed URL is shown";
    set_fault("");
    EXPECT_EQ(restored(key, kLarge), "miss") << fault;
  }
}

TEST_F(GithubFaults, AKeyThatWasSetAsideAndNotSavedGetsASuffixThatIsFound) {
  {
    auto stuck = open_store()->create("go-1");
    ASSERT_TRUE(stuck);
    ASSERT_TRUE(write_to((*stuck)->descriptor(), kLarge));
    while (calls().find("putBlock") == std::string::npos) std::this_thread::sleep_for(5ms);
  }  // abandoned: the reservation stays
  EXPECT_EQ(restored("go-1", kLarge), "miss");
  ASSERT_FALSE(save_now("go-1", kSmall));
  EXPECT_EQ(restored("go-1", kSmall), "right");
  ASSERT_FALSE(save_now("go-12", kLarge)) << "a newer one that begins in the same way";
  EXPECT_EQ(restored("go-1", kSmall), "right");
  const auto store = open_store();
  EXPECT_EQ((*store->find("go-1", {}))->key, "go-1");
  EXPECT_EQ((*store->find("go-2", {"go-1~"}))->key, "go-1~r77.1");
  EXPECT_EQ(save_now("go-1", kSmall)->reason, NotSavedReason::already_there);
  EXPECT_TRUE(store->remove(**store->find("go-1", {})));
  EXPECT_EQ(restored("go-1", kSmall), "miss");
}

TEST_F(GithubFaults, AWriterIsToldThatTheStoreHasGivenUp) {
  set_fault(R"({"call":"reserve","status":403})");
  auto upload = open_store()->create("key");
  ASSERT_TRUE(upload);
  EXPECT_FALSE(write_to((*upload)->descriptor(), kLarge));
  ASSERT_TRUE((*upload)->refusal());
  EXPECT_EQ((*upload)->refusal()->reason, NotSavedReason::denied);
}

TEST_F(GithubFaults, TheFirstBytesLeaveBeforeTheArchiveIsMade) {
  auto upload = open_store()->create("key");
  ASSERT_TRUE(upload);
  const auto begun = place_->clock.monotonic();
  ASSERT_TRUE(write_to((*upload)->descriptor(), std::string_view(kLarge).substr(0, 1'200'000)));
  while (calls().find("putBlock") == std::string::npos && place_->clock.monotonic() - begun < 5s) {
  }
  EXPECT_LT(place_->clock.monotonic() - begun, 200ms);
}

TEST_F(GithubFaults, ACancelledRunStopsAtOnce) {
  ASSERT_FALSE(save_now("key", kLarge));
  const auto store = place_->real_store();
  auto download = store->open(**store->find("key", {}));
  ASSERT_TRUE(download);
  place_->cancellation.raise(SIGTERM);
  const auto begun = place_->clock.monotonic();
  (void)read_from((*download)->descriptor());
  const auto whole = (*download)->finish();
  ASSERT_FALSE(whole);
  EXPECT_EQ(whole.error().kind, base::ErrorKind::cancelled);
  EXPECT_LT(place_->clock.monotonic() - begun, 1s);
}

TEST_F(GithubFaults, WhereTheServiceIsOutOfReachRestoringAndSavingSaySo) {
  place_->environment.variables.erase("ACTIONS_RUNTIME_TOKEN");
  const auto store = open_store();
  EXPECT_THAT(store->find("key", {}).error().message, HasSubstr("ACTIONS_RUNTIME_TOKEN"));
  EXPECT_THAT(store->create("key").error().error.message, HasSubstr("ACTIONS_RUNTIME_TOKEN"));
  EXPECT_FALSE(store->open({"key", 0, {}}));
}

TEST_F(GithubFaults, ListingAndRemovingNeedTheRestTokenAlone) {
  ASSERT_FALSE(save_now("key", kSmall));
  for (const char* name : {"ACTIONS_RUNTIME_TOKEN", "ACTIONS_RESULTS_URL", "ACTIONS_CACHE_SERVICE_V2"})
    place_->environment.variables.erase(name);
  const auto store = open_store();
  const auto listed = store->list("");
  ASSERT_TRUE(listed) << listed.error().message;
  ASSERT_EQ(listed->size(), 1U);
  EXPECT_TRUE(store->remove(listed->front()));
  EXPECT_TRUE(store->list("")->empty());
  EXPECT_TRUE(store->usage());
}

TEST_F(GithubFaults, WhatTheModeForbidsIsNotTried) {
  place_->environment.variables["ACTIONS_CACHE_MODE"] = "none";
  const auto store = open_store();
  EXPECT_FALSE(*store->find("key", {}));
  EXPECT_THAT(place_->log.infos, ElementsAre(HasSubstr("cache mode is \"none\"")));
  EXPECT_EQ(store->create("key").error().reason, NotSavedReason::denied);
  EXPECT_EQ(calls(), "");
}

TEST_F(GithubFaults, AReadThatIsDeniedIsAMissAndOneWarning) {
  set_fault(R"({"call":"lookup","status":403,"body":"{\"msg\":\"cache read denied: token has no readable scopes\"}"})");
  const auto store = open_store();
  EXPECT_FALSE(*store->find("key", {}));
  EXPECT_FALSE(*store->find("key", {"k"}));
  EXPECT_THAT(place_->log.warnings, ElementsAre(HasSubstr("read denied")));
}

TEST_F(GithubFaults, ListingNeedsATokenAndSaysSo) {
  ASSERT_FALSE(save_now("key", kSmall));
  place_->environment.variables["GITHUB_TOKEN"] = "another";
  auto listed = open_store()->list("");
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().kind, base::ErrorKind::permission);
  EXPECT_THAT(listed.error().hint, HasSubstr("actions: write"));
  place_->environment.variables.erase("GITHUB_TOKEN");
  listed = open_store()->list("");
  ASSERT_FALSE(listed);
  EXPECT_THAT(listed.error().message, HasSubstr("GitHub token"));
  place_->environment.variables.erase("GITHUB_REPOSITORY");
  EXPECT_THAT(open_store()->list("").error().message, HasSubstr("GITHUB_REPOSITORY is not set"));
}

}  // namespace
}  // namespace ci::test
