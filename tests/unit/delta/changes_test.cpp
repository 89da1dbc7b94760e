#include "delta/changes.hpp"

#include <gmock/gmock.h>
#include <sys/xattr.h>

#include "delta/cross_check.hpp"
#include "delta/tree.hpp"

namespace {

using namespace ci::delta;
using ci::test::lines;
using ci::test::Tree;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> changed_lines(const Snapshot& snapshot) {
  const auto changes = changes_since(snapshot);
  EXPECT_TRUE(changes) << changes.error().message;
  return changes ? lines(changes->changes) : std::vector<std::string>();
}

TEST(Changes, NothingDoneIsNothingFound) {
  Tree tree;
  tree.write("/etc/a", "1");
  EXPECT_THAT(changed_lines(tree.snapshot()), IsEmpty());
}

TEST(Changes, TellWhatCameWentAndChanged) {
  Tree tree;
  tree.write("/etc/stays", "1");
  tree.write("/etc/grows", "1");
  tree.write("/etc/goes", "1");
  tree.write("/opt/old/deep/file", "1");
  const auto snapshot = tree.snapshot();
  tree.write("/etc/grows", "12");
  tree.write("/usr/bin/new", "1");
  tree.remove("/etc/goes");
  tree.remove("/opt/old");
  EXPECT_THAT(changed_lines(snapshot),
              ElementsAre("changed d /", "changed d /etc", "deleted f /etc/goes", "changed f /etc/grows",
                          "changed d /opt", "deleted d /opt/old", "deleted d /opt/old/deep",
                          "deleted f /opt/old/deep/file", "added d /usr", "added d /usr/bin", "added f /usr/bin/new"));
}

TEST(Changes, SeeAModeAnOwnerAndAnAttribute) {
  Tree tree;
  for (const char* path : {"/a/mode", "/a/owner", "/a/attribute", "/a/none"}) tree.write(path, "");
  const auto snapshot = tree.snapshot();
  ::chmod(tree.at("/a/mode").c_str(), 04755);
  ASSERT_EQ(::chown(tree.at("/a/owner").c_str(), ::getuid(), ::getgid()), 0);
  std::vector<std::string> expected = {"changed d /a", "changed f /a/mode", "changed f /a/owner"};
  if (::setxattr(tree.at("/a/attribute").c_str(), "user.x", "1", 1, 0) == 0) {
    expected.insert(expected.begin() + 1, "changed f /a/attribute");
  }
  EXPECT_EQ(changed_lines(snapshot), expected);
}

TEST(Changes, KeepTheOldModificationTimeFromHidingAChange) {
  Tree tree;
  tree.write("/a/file", "1");
  const auto snapshot = tree.snapshot();
  tree.write("/a/file", "2");
  std::filesystem::last_write_time(tree.at("/a/file"),
                                   std::filesystem::file_time_type::clock::now() - std::chrono::hours(1000));
  EXPECT_THAT(changed_lines(snapshot), ElementsAre("changed d /a", "changed f /a/file"));
}

TEST(Changes, SeeAFolderThatBecameALink) {
  Tree tree;
  tree.write("/lib/x/file", "1");
  tree.folder("/usr/lib");
  const auto snapshot = tree.snapshot();
  tree.remove("/lib/x");
  tree.link("../usr/lib", "/lib/x");
  const auto changes = changes_since(snapshot).value();
  EXPECT_THAT(lines(changes.changes), ElementsAre("changed d /lib", "changed l /lib/x", "deleted f /lib/x/file"));
  EXPECT_EQ(changes.changes[1].was, Type::directory);
}

TEST(Changes, SeeAFolderThatAnotherOneReplaced) {
  Tree tree;
  tree.write("/a/one/file", "old");
  tree.write("/a/one/gone", "old");
  tree.write("/b/two/file", "new");
  const auto snapshot = tree.snapshot();
  tree.remove("/a/one");
  tree.move("/b/two", "/a/one");
  const auto found = changed_lines(snapshot);
  EXPECT_THAT(found, Contains("changed d /a/one"));
  EXPECT_THAT(found, Contains("changed f /a/one/file"));
  EXPECT_THAT(found, Contains("deleted f /a/one/gone"));
  EXPECT_THAT(found, Contains("deleted d /b/two"));
  EXPECT_THAT(found, Contains("deleted f /b/two/file"));
}

TEST(Changes, SeeWhatAMovedFolderBringsAlong) {
  Tree tree;
  tree.write("/a/one/deep/file", "1");
  const auto snapshot = tree.snapshot();
  tree.move("/a/one", "/a/two");
  const auto found = changed_lines(snapshot);
  EXPECT_THAT(found, Contains("added f /a/two/deep/file"));
  EXPECT_THAT(found, Contains("deleted f /a/one/deep/file"));
}

TEST(Changes, KeepHardLinksTogether) {
  Tree tree;
  const auto snapshot = tree.snapshot();
  tree.write("/usr/bin/perl", "1");
  std::filesystem::create_hard_link(tree.at("/usr/bin/perl"), tree.at("/usr/bin/perl5"));
  const auto changes = changes_since(snapshot).value().changes;
  ASSERT_EQ(lines(changes).back(), "added f /usr/bin/perl5");
  EXPECT_EQ(changes.back().hard_link_to, "/usr/bin/perl");
}

TEST(Changes, AreSeenInTheTickOfTheStamp) {
  // Again and again, so that some of the writes fall into the very tick in which the stamp is taken.
  Tree tree;
  tree.write("/a/file", "0");
  for (int round = 0; round < 50; ++round) {
    SweepOptions options;
    options.root = tree.root();
    options.jobs = 1;
    const auto snapshot = Snapshot::take(options).value();
    tree.write("/a/file", std::to_string(round));
    ASSERT_THAT(changed_lines(snapshot), Contains("changed f /a/file")) << "round " << round;
  }
}

TEST(Changes, LeaveOutWhatIsExcludedAndWhatBelongsToTheMachine) {
  Tree tree;
  tree.write("/tmp/x", "1");
  tree.write("/srv/history/x", "1");
  tree.write("/etc/resolv.conf", "1");
  tree.write("/var/log/dpkg.log", "1");
  const auto snapshot = tree.snapshot({"/srv/history"});
  for (const char* path : {"/tmp/y", "/srv/history/y", "/etc/resolv.conf", "/var/log/dpkg.log", "/var/log/new.log"}) {
    tree.write(path, "22");
  }
  const auto changes = changes_since(snapshot).value();
  EXPECT_THAT(lines(changes.changes), ElementsAre("changed d /etc", "changed d /var/log", "added f /var/log/new.log"));
  EXPECT_THAT(changes.left_out, ElementsAre("/etc/resolv.conf", "/var/log/dpkg.log"));
}

TEST(Changes, SayWhatASharedFileReplaced) {
  Tree tree;
  tree.write("/etc/passwd", "root:x:0:0:::\n");
  const auto snapshot = tree.snapshot();
  tree.write("/etc/passwd", "root:x:0:0:::\nnew:x:1:1:::\n");
  tree.write("/etc/shells", "/bin/sh\n");
  const auto changes = changes_since(snapshot).value().changes;
  const auto passwd =
      std::find_if(changes.begin(), changes.end(), [](const Change& c) { return c.path == "/etc/passwd"; });
  const auto shells =
      std::find_if(changes.begin(), changes.end(), [](const Change& c) { return c.path == "/etc/shells"; });
  ASSERT_TRUE(passwd != changes.end() && shells != changes.end());
  ASSERT_TRUE(passwd->shared && shells->shared);
  // printf 'root:x:0:0:::\n' | sha256sum
  EXPECT_EQ(passwd->shared->replaced, "sha256:e09d2ec8d193c9bb8b55d3000cc4421da73476367b713939cbcbcb4de92a9801");
  EXPECT_EQ(passwd->shared->records.before, "");
  EXPECT_EQ(passwd->shared->records.after, "new:x:1:1:::\n");
  EXPECT_EQ(shells->shared->replaced, "absent");
}

TEST(Changes, HoldNoPasswordThatWasThereBefore) {
  Tree tree;
  tree.write("/etc/shadow", "root:$6$secret:1::::::\n");
  const auto snapshot = tree.snapshot();
  tree.write("/etc/shadow-", "root:$6$secret:1::::::\none:!:2::::::\n");
  tree.write("/etc/shadow", "root:$6$secret:1::::::\none:!:2::::::\ntwo:!:2::::::\n");
  int secrets = 0;
  const auto found = changes_since(snapshot).value();
  for (const auto& change : found.changes) {
    if (!change.shared) continue;
    ++secrets;
    EXPECT_EQ(change.shared->rule->rule, SharedRule::merge_secret);
    EXPECT_THAT(change.shared->records.before + change.shared->records.after, Not(HasSubstr("secret")));
  }
  EXPECT_EQ(secrets, 2);
}

class NewPackage : public testing::Test {
 protected:
  void install(const std::string& list) {
    tree_.write("/var/lib/dpkg/status",
                "Package: dpkg\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n\n"
                "Package: one\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2\n");
    tree_.write("/var/lib/dpkg/info/one.list", list);
  }
  Tree tree_;
};

TEST_F(NewPackage, IsNamed) {
  const auto snapshot = tree_.snapshot();
  install("/.\n");
  const auto changes = changes_since(snapshot).value();
  ASSERT_EQ(changes.packages.size(), 1U);
  EXPECT_EQ(changes.packages[0].name, "one");
  EXPECT_EQ(changes.packages[0].before, "");
  EXPECT_EQ(changes.packages[0].after, "2");
}

TEST_F(NewPackage, IsFoundThroughTheLinkOfAMergedUsr) {
  tree_.folder("/usr/lib");
  tree_.link("usr/lib", "/lib");
  const auto snapshot = tree_.snapshot();
  tree_.write("/usr/lib/libone.so", "1");
  install("/.\n/lib\n/lib/libone.so\n/usr/share/doc/one/not-on-disk\n");
  EXPECT_TRUE(changes_since(snapshot));
}

TEST_F(NewPackage, WithAPathThatTheSweepMissedIsRefused) {
  const auto snapshot = tree_.snapshot();
  tree_.write("/usr/lib/libone.so", "1");
  install("/.\n/usr/lib/libone.so\n");
  // As if the sweep had not been in /usr/lib: its list of changes without that folder.
  auto changes = changes_since(snapshot).value();
  std::erase_if(changes.changes, [](const Change& change) { return change.path == "/usr/lib/libone.so"; });
  const auto checked = check_against_lists(snapshot, changes.changes, changes.packages);
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().message, HasSubstr("/usr/lib/libone.so of package one"));
}

TEST(Changes, AreRefusedWhenTheClockWasSetBack) {
  Tree tree;
  auto snapshot = tree.snapshot();
  snapshot.stamp.wall += 1'000'000'000;
  const auto changes = changes_since(snapshot);
  ASSERT_FALSE(changes);
  EXPECT_THAT(changes.error().message, HasSubstr("set back"));
}

TEST(Snapshot, ComesBackFromItsFile) {
  Tree tree;
  tree.write("/etc/passwd", "root:x:0:0:::\n");
  tree.write("/etc/goes", "1");
  const Tree elsewhere;
  ASSERT_TRUE(tree.snapshot({"/srv"}).write(elsewhere.root() / "snapshot"));
  struct stat status {};
  ASSERT_EQ(::stat(elsewhere.at("/snapshot").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0600U);
  tree.remove("/etc/goes");
  const auto again = Snapshot::read(elsewhere.root() / "snapshot");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->packages.size(), 1U);
  EXPECT_EQ(again->shared.at("/etc/passwd").contents, "root:x:0:0:::\n");
  EXPECT_TRUE(again->options.exclusions.covers("/srv/x"));
  EXPECT_THAT(changed_lines(*again), ElementsAre("changed d /etc", "deleted f /etc/goes"));
}

TEST(Snapshot, ACutFileIsRefused) {
  Tree tree;
  const auto file = tree.root() / "snapshot";
  ASSERT_TRUE(tree.snapshot().write(file));
  const auto whole = ci::platform::read_file(file).value();
  for (std::size_t length = 0; length < whole.size(); length += 7) {
    ASSERT_TRUE(ci::platform::write_file(file, std::string_view(whole).substr(0, length)));
    ASSERT_FALSE(Snapshot::read(file)) << "cut to " << length << " of " << whole.size();
  }
}

}  // namespace
