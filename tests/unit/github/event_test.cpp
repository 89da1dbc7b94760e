#include "github/event.hpp"

#include <gtest/gtest.h>

#include "base/json.hpp"
#include "platform/filesystem.hpp"

namespace ci::github {
namespace {

const std::string kMerge(40, 'a');
const std::string kHead(40, 'b');
const std::string kOther(40, 'c');

class EventTest : public testing::Test {
 protected:
  Event read(const std::string& name, const std::string& payload) {
    Context context;
    context.event_name = name;
    context.commit_sha = kMerge;
    context.event_path = folder_.path() / "event.json";
    EXPECT_TRUE(platform::write_file(context.event_path, payload));
    return read_event(context);
  }

  static std::string pull_request(const std::string& head_repository) {
    return R"({"pull_request": {"head": {"sha": ")" + kHead + R"(", "repo": )" + head_repository +
           R"(}, "base": {"repo": {"full_name": "o/r"}}}})";
  }

  platform::TemporaryFolder folder_ =
      std::move(*platform::TemporaryFolder::make(std::filesystem::temp_directory_path(), "event-"));
};

TEST_F(EventTest, OnAPullRequestTheHeadIsNotTheMergeCommit) {
  for (const char* const name : {"pull_request", "pull_request_target"}) {
    const auto event = read(name, pull_request(R"({"full_name": "o/r"})"));
    EXPECT_EQ(event.head_sha, kHead) << name;
    EXPECT_FALSE(event.from_fork) << name;
    EXPECT_EQ(event.warning, "") << name;
  }
}

TEST_F(EventTest, KnowsAForkAndADeletedOne) {
  EXPECT_TRUE(read("pull_request", pull_request(R"({"full_name": "somebody/r"})")).from_fork);
  EXPECT_TRUE(read("pull_request", pull_request("null")).from_fork);
}

TEST_F(EventTest, AWorkflowRunBelongsToTheMatchingPullRequestsHead) {
  const std::string run = R"("head_branch": "topic", "head_sha": ")" + kOther + R"(", "pull_requests": [)" +
                          R"({"head": {"ref": "other", "sha": ")" + kMerge + R"("}},)" +
                          R"({"head": {"ref": "topic", "sha": ")" + kHead + R"("}}])";
  EXPECT_EQ(read("workflow_run", R"({"workflow_run": {"event": "pull_request_target", )" + run + "}}").head_sha, kHead);
  EXPECT_EQ(read("workflow_run", R"({"workflow_run": {"event": "push", )" + run + "}}").head_sha, kOther);
  EXPECT_EQ(read("workflow_run",
                 R"({"workflow_run": {"event": "pull_request", "pull_requests": [], "head_sha": ")" + kOther + R"("}})")
                .head_sha,
            kOther);
}

TEST_F(EventTest, AMergeGroupHasItsOwnHead) {
  EXPECT_EQ(read("merge_group", R"({"merge_group": {"head_sha": ")" + kHead + R"("}})").head_sha, kHead);
}

TEST_F(EventTest, EverythingElseBelongsToTheCommitOfTheRun) {
  for (const char* const name : {"push", "workflow_dispatch", "schedule", "release", ""}) {
    EXPECT_EQ(read(name, R"({"pull_request": {"head": {"sha": "x"}}})").head_sha, kMerge) << name;
  }
}

TEST_F(EventTest, WithoutAReadablePayloadFallsBackAndSaysWhy) {
  for (const char* const payload : {"", "{", "[]", R"({"pull_request": {"head": {"sha": "../../x"}}})"}) {
    const auto event = read("pull_request", payload);
    EXPECT_EQ(event.head_sha, kMerge) << payload;
    EXPECT_NE(event.warning, "") << payload;
  }
  Context missing;
  missing.event_name = "pull_request";
  missing.commit_sha = kMerge;
  missing.event_path = folder_.path() / "none.json";
  EXPECT_EQ(read_event(missing).head_sha, kMerge);
  EXPECT_NE(read_event(missing).warning, "");
}

TEST_F(EventTest, NamesTheDefaultBranchWhereThePayloadDoes) {
  Context context;
  EXPECT_EQ(default_branch(context), "");
  context.event_path = folder_.path() / "event.json";
  EXPECT_EQ(default_branch(context), "");
  ASSERT_TRUE(platform::write_file(context.event_path, R"({"repository": {"default_branch": "trunk"}})"));
  EXPECT_EQ(default_branch(context), "trunk");
}

class FollowedRunTest : public EventTest {
 protected:
  base::Result<FollowedRun> follow(const std::string& name, const std::string& run) {
    Context context;
    context.event_name = name;
    context.repository = "o/r";
    context.event_path = folder_.path() / "event.json";
    EXPECT_TRUE(platform::write_file(context.event_path, R"({"workflow_run": )" + run + "}"));
    return read_followed_run(context);
  }

  // A run of a fork's pull request, with `members` in place of some of its own.
  static std::string run(const base::Json& members = base::Json::object()) {
    base::Json json;
    json.set("id", std::int64_t{15'891'415'590}).set("run_attempt", 2).set("name", "ci").set("head_branch", "topic");
    json.set("path", ".github/workflows/ci.yml@refs/heads/main").set("head_sha", kHead).set("event", "pull_request");
    json.set("repository", base::Json::object().set("full_name", "o/r"));
    for (const auto& [name, value] : members.members()) json.set(name, value);
    return json.compact();
  }
};

TEST_F(FollowedRunTest, IsWhatTheEventTells) {
  const auto followed = follow("workflow_run", run());
  ASSERT_TRUE(followed) << followed.error().message;
  EXPECT_EQ(followed->repository, "o/r");
  EXPECT_EQ(followed->head_sha, kHead);
  EXPECT_EQ(followed->run_id, "15891415590");
  EXPECT_EQ(followed->attempt, 2);
  EXPECT_EQ(followed->workflow, "ci");
  EXPECT_EQ(followed->workflow_path, ".github/workflows/ci.yml");
  EXPECT_EQ(followed->branch, "topic");
}

TEST_F(FollowedRunTest, IsRefusedWhenAnythingOfItIsNotTold) {
  EXPECT_EQ(follow("push", run()).error().kind, base::ErrorKind::data);
  EXPECT_FALSE(follow("workflow_run", "{}"));
  for (const char* const member : {"id", "run_attempt", "head_sha", "repository"})
    EXPECT_FALSE(follow("workflow_run", run(base::Json::object().set(member, nullptr)))) << member;
  EXPECT_FALSE(follow("workflow_run", run(base::Json::object().set("run_attempt", 2'000'000))));
  const auto elsewhere = base::Json::object().set("full_name", "other/r");
  EXPECT_FALSE(follow("workflow_run", run(base::Json::object().set("repository", elsewhere))));
}

}  // namespace
}  // namespace ci::github
