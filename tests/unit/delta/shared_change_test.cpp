#include "delta/shared_change.hpp"

#include <gmock/gmock.h>

#include "base/digest.hpp"
#include "delta/tree.hpp"

namespace {

using namespace ci::delta;
using ci::test::Tree;
using testing::HasSubstr;

class SharedChangeTest : public testing::Test {
 protected:
  // What an installation that turned `before` into `after` would have recorded.
  static SharedChange change(const std::string& path, const std::string& before, const std::string& after) {
    SharedChange change;
    change.rule = find_shared(path);
    change.replaced = "sha256:" + ci::base::hex(ci::base::sha256(before));
    change.installed = "sha256:" + ci::base::hex(ci::base::sha256(after));
    if (is_merged(change.rule->rule)) change.records = differing_records(change.rule->format, before, after);
    return change;
  }
  ci::base::Result<SharedDecision> decide(const std::string& path, const std::string& target) {
    tree_.write(path, target);
    return decide_shared(tree_.root(), path, change(path, "a:x:1:\n", "a:x:1:\nb:x:2:\n"));
  }
  Tree tree_;
};

TEST_F(SharedChangeTest, WhatWasReplacedIsReplacedAgain) {
  for (const char* path : {"/etc/group", "/var/lib/dpkg/diversions", "/etc/ld.so.cache"}) {
    EXPECT_EQ(decide(path, "a:x:1:\n")->act, SharedAct::take) << path;
    EXPECT_EQ(decide(path, "a:x:1:\nb:x:2:\n")->act, SharedAct::take) << path;
  }
}

TEST_F(SharedChangeTest, AnotherGroupFileIsMerged) {
  const auto decision = decide("/etc/group", "z:x:9:\na:x:1:\n");
  ASSERT_TRUE(decision) << decision.error().message;
  EXPECT_EQ(decision->act, SharedAct::write);
  EXPECT_EQ(decision->text, "z:x:9:\na:x:1:\nb:x:2:\n");
}

TEST_F(SharedChangeTest, ATakenNumberDoesNotFit) {
  const auto decision = decide("/etc/group", "z:x:2:\na:x:1:\n");
  ASSERT_FALSE(decision);
  EXPECT_EQ(decision.error().message, "cannot merge /etc/group: id 2 of b belongs to z");
}

TEST_F(SharedChangeTest, AnotherDatabaseDoesNotFit) {
  const auto decision = decide("/var/lib/dpkg/diversions", "other\n");
  ASSERT_FALSE(decision);
  EXPECT_THAT(decision.error().message, HasSubstr("/var/lib/dpkg/diversions is not what the delta replaced"));
}

TEST_F(SharedChangeTest, ACacheIsMadeAgain) {
  const auto decision = decide("/etc/ld.so.cache", "other\n");
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->act, SharedAct::rebuild);
  EXPECT_EQ(decision->command, "ldconfig");
}

TEST_F(SharedChangeTest, PasswordsOfTheTargetStayAndOnlyNewRecordsTravel) {
  const std::string path = "/etc/shadow";
  const auto recorded = change(path, "root:$6$secret:1::::::\n", "root:$6$secret:1::::::\nnew:!:2::::::\n");
  EXPECT_EQ(recorded.records.before + recorded.records.after, "new:!:2::::::\n");
  tree_.write(path, "root:$6$other:1::::::\n");
  const auto decision = decide_shared(tree_.root(), path, recorded);
  ASSERT_TRUE(decision) << decision.error().message;
  EXPECT_EQ(decision->act, SharedAct::write);
  EXPECT_EQ(decision->text, "root:$6$other:1::::::\nnew:!:2::::::\n");
}

TEST_F(SharedChangeTest, TheCopyOfAFileIsMadeFromTheFile) {
  tree_.write("/etc/shadow", "root:$6$other:1::::::\n");
  auto recorded = change("/etc/shadow-", "root:$6$secret:1::::::\n", "root:$6$secret:1::::::\nfirst:!:2::::::\n");
  EXPECT_EQ(decide_shared(tree_.root(), "/etc/shadow-", recorded)->text, "root:$6$other:1::::::\nfirst:!:2::::::\n");
}

TEST_F(SharedChangeTest, AMergeThatWouldNotBeExactIsRefusedOnTheSameBase) {
  const std::string path = "/etc/shadow";
  tree_.write(path, "root:*:1::::::\n");
  const auto recorded = change(path, "root:*:1::::::\n", "new:!:2::::::\nroot:*:1::::::\n");
  EXPECT_FALSE(decide_shared(tree_.root(), path, recorded));
}

TEST_F(SharedChangeTest, ADeletedLinkOfAlternativesMustBeTheOneThatWas) {
  SharedChange recorded;
  recorded.rule = find_shared("/etc/alternatives/editor");
  recorded.replaced = "link:/bin/nano";
  recorded.installed = "absent";
  tree_.folder("/etc/alternatives");
  tree_.link("/bin/nano", "/etc/alternatives/editor");
  EXPECT_EQ(decide_shared(tree_.root(), "/etc/alternatives/editor", recorded)->act, SharedAct::take);
  tree_.remove("/etc/alternatives/editor");
  EXPECT_EQ(decide_shared(tree_.root(), "/etc/alternatives/editor", recorded)->act, SharedAct::take);
  tree_.link("/bin/vi", "/etc/alternatives/editor");
  EXPECT_FALSE(decide_shared(tree_.root(), "/etc/alternatives/editor", recorded));
}

}  // namespace
