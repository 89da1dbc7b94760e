// A change captured in one tree and restored in another like it.
#include "delta/restore.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "archive/byte_stream.hpp"
#include "delta/capture.hpp"
#include "delta/label.hpp"
#include "delta/publication.hpp"
#include "delta/receipt.hpp"
#include "delta/tree.hpp"
#include "delta/unfinished_restore.hpp"
#include "fakes/memory_sink.hpp"
#include "platform/filesystem.hpp"

namespace {

using namespace ci;
using namespace ci::delta;
using ci::test::lines;
using ci::test::MemorySink;
using ci::test::Tree;
using testing::HasSubstr;

constexpr char kStatusBefore[] = "Package: dpkg\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n";
constexpr char kStatusAfter[] =
    "Package: dpkg\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n\n"
    "Package: tool\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2\n";
constexpr char kPasswd[] = "root:x:0:0:root:/root:/bin/sh\n";
constexpr char kTool[] = "tool:x:100:100::/:/bin/false\n";

void make_base(const Tree& tree) {
  tree.write("/etc/passwd", kPasswd);
  tree.write("/etc/shadow", "root:*:1:::::::\n");
  tree.write("/etc/old.conf", "1");
}

// What an installation of the package `tool` does to a base.
void install_tool(const Tree& tree) {
  tree.write("/usr/bin/tool", "the tool");
  tree.write("/var/lib/dpkg/info/tool.list", "/usr/bin/tool\n");
  tree.write("/etc/passwd", std::string(kPasswd) + kTool);
  tree.write("/etc/shadow", "root:*:1:::::::\ntool:!:2::::::\n");
  tree.remove("/etc/old.conf");
  tree.write("/var/lib/dpkg/status", kStatusAfter);
}

std::string captured(const std::string& fingerprint = "base", const std::function<void(const Tree&)>& more = {}) {
  const Tree tree;
  make_base(tree);
  const auto snapshot = tree.snapshot();
  install_tool(tree);
  if (more) more(tree);
  const auto changes = changes_since(snapshot);
  EXPECT_TRUE(changes) << changes.error().message;
  MemorySink sink;
  const auto written = capture(tree.root(), *changes, {fingerprint, 21.5}, 1, sink);
  EXPECT_TRUE(written) << written.error().message;
  return sink.contents;
}

base::Result<Restored> restored(const Tree& tree, const std::string& archive, const std::string& fingerprint = "base") {
  archive::MemorySource source(archive);
  return restore(tree.root(), {fingerprint}, source);
}

std::string read(const Tree& tree, const std::string& path) {
  return platform::read_file(tree.at(path)).value_or("absent");
}

TEST(Restore, BringsFilesUsersDeletionsAndTheStatusBack) {
  const Tree tree;
  make_base(tree);
  const auto result = restored(tree, captured());
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(read(tree, "/usr/bin/tool"), "the tool");
  EXPECT_EQ(read(tree, "/etc/passwd"), std::string(kPasswd) + kTool);
  EXPECT_EQ(read(tree, "/etc/shadow"), "root:*:1:::::::\ntool:!:2::::::\n");
  EXPECT_EQ(read(tree, "/etc/old.conf"), "absent");
  EXPECT_EQ(read(tree, "/var/lib/dpkg/status"), kStatusAfter);
  ASSERT_EQ(result->packages.size(), 1U);
  EXPECT_EQ(result->packages[0].name, "tool");
  EXPECT_EQ(result->packages[0].after, "2");
  EXPECT_DOUBLE_EQ(result->install_seconds, 21.5);
  for (const auto& entry : std::filesystem::directory_iterator(tree.root() / "var/lib/dpkg")) {
    EXPECT_TRUE(entry.path().filename() == "status" || entry.path().filename() == "info") << entry.path();
  }
}

TEST(Restore, IsDoneAgainOverItself) {
  const Tree tree;
  make_base(tree);
  const auto archive = captured();
  ASSERT_TRUE(restored(tree, archive));
  const auto again = restored(tree, archive);
  EXPECT_TRUE(again) << again.error().message;
  EXPECT_EQ(read(tree, "/etc/passwd"), std::string(kPasswd) + kTool);
}

TEST(Restore, MergesUsersThatTheTargetHasBesides) {
  const Tree tree;
  make_base(tree);
  const std::string other = "other:x:1000:1000::/:/bin/sh\n";
  tree.write("/etc/passwd", kPasswd + other);
  tree.write("/etc/shadow", "root:*:1:::::::\nother:secret:1::::::\n");
  const auto result = restored(tree, captured());
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(read(tree, "/etc/passwd"), kPasswd + other + kTool);
  EXPECT_EQ(read(tree, "/etc/shadow"), "root:*:1:::::::\nother:secret:1::::::\ntool:!:2::::::\n");
}

TEST(Restore, TouchesNothingWhereItDoesNotFit) {
  const auto archive = captured();
  const Tree clash;
  make_base(clash);
  clash.write("/etc/passwd", std::string(kPasswd) + "other:x:100:100::/:/bin/sh\n");
  const auto refused = restored(clash, archive);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, base::ErrorKind::environment);
  EXPECT_THAT(refused.error().message, HasSubstr("/etc/passwd"));
  EXPECT_EQ(read(clash, "/usr/bin/tool"), "absent");
  EXPECT_EQ(read(clash, "/etc/old.conf"), "1");

  const Tree other;
  make_base(other);
  const auto another_base = restored(other, archive, "another base");
  ASSERT_FALSE(another_base);
  EXPECT_EQ(another_base.error().kind, base::ErrorKind::environment);
  EXPECT_EQ(read(other, "/usr/bin/tool"), "absent");
}

TEST(Restore, NeverPublishesTheStatusOfADamagedArchive) {
  const auto whole = captured();
  for (std::size_t at = 0; at < whole.size(); at += 97) {
    for (const bool cut : {false, true}) {
      const Tree tree;
      make_base(tree);
      std::string archive = whole.substr(0, cut ? at : whole.size());
      if (!cut) archive[at] = static_cast<char>(archive[at] ^ 1);
      EXPECT_FALSE(restored(tree, archive)) << (cut ? "cut at " : "flipped at ") << at;
      EXPECT_EQ(read(tree, "/var/lib/dpkg/status"), kStatusBefore);
    }
  }
}

// Found only when all frames with files have been put in place.
std::string damaged_at_the_end(std::string archive) {
  archive[archive.size() - 60] = static_cast<char>(archive[archive.size() - 60] ^ 1);
  return archive;
}

TEST(Restore, TakesBackWhatAnArchiveBroughtThatIsDamagedAtItsEnd) {
  const Tree tree;
  make_base(tree);
  const auto archive = captured();
  ASSERT_FALSE(restored(tree, archive, "another base"));
  ASSERT_FALSE(restored(tree, damaged_at_the_end(archive)));
  EXPECT_EQ(read(tree, "/usr/bin/tool"), "absent");
  EXPECT_EQ(read(tree, "/var/lib/dpkg/info/tool.list"), "absent");
  EXPECT_EQ(read(tree, "/etc/passwd"), kPasswd);
  EXPECT_EQ(read(tree, "/etc/shadow"), "root:*:1:::::::\n");
  EXPECT_EQ(read(tree, "/etc/old.conf"), "1");
  EXPECT_FALSE(has_unfinished_restore(tree.root()));
}

TEST(Restore, LeavesAMarkWhenItFailsAfterItsFirstChange) {
  const Tree tree;
  make_base(tree);
  const auto archive = captured();
  tree.write("/usr/bin/tool/full", "a folder that gives way to nobody");
  ASSERT_FALSE(restored(tree, archive));
  EXPECT_TRUE(has_unfinished_restore(tree.root()));
  EXPECT_EQ(read(tree, "/var/lib/dpkg/status"), kStatusBefore);
  tree.remove("/usr/bin/tool/full");
  const auto refused = check_restores_finished(tree.root());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, base::ErrorKind::environment);
  ASSERT_TRUE(restored(tree, archive));
  EXPECT_FALSE(has_unfinished_restore(tree.root()));
  EXPECT_TRUE(check_restores_finished(tree.root()));
}

TEST(Restore, WithCommandsIsOverWhenTheyWereRun) {
  const auto archive = captured("base", [](const Tree& tree) { tree.write("/etc/ld.so.cache", "of the tool"); });
  const Tree tree;
  make_base(tree);
  tree.write("/etc/ld.so.cache", "of another library");
  const auto result = restored(tree, archive);
  ASSERT_TRUE(result) << result.error().message;
  const std::vector<std::vector<std::string>> commands{{"ldconfig"}};
  EXPECT_EQ(result->commands, commands);
  EXPECT_EQ(read(tree, "/var/lib/dpkg/status"), kStatusAfter);
  // Killed here, the next run finds what remains to be run.
  EXPECT_TRUE(has_leftovers(tree.root()));
  const auto publication = read_publication(tree.root());
  ASSERT_TRUE(publication);
  EXPECT_EQ(publication->commands, commands);
  ASSERT_TRUE(end_published(tree.root()));
  EXPECT_FALSE(has_unfinished_restore(tree.root()));
  EXPECT_FALSE(read_publication(tree.root()));
}

TEST(Restore, WithCommandsHasAReceiptWhenTheyWereRun) {
  const auto archive = captured("base", [](const Tree& tree) { tree.write("/etc/ld.so.cache", "of the tool"); });
  const Tree tree;
  make_base(tree);
  tree.write("/etc/ld.so.cache", "of another library");
  archive::MemorySource source(archive);
  ASSERT_TRUE(restore(tree.root(), {"base", {"tool"}, "the entry", base::TimePoint{}}, source));
  EXPECT_THAT(read_receipts(tree.root()).value(), testing::IsEmpty());
  EXPECT_EQ(end_published(tree.root()).value(), "");
  const auto receipts = read_receipts(tree.root()).value();
  ASSERT_EQ(receipts.size(), 1U);
  EXPECT_THAT(receipts[0].packages, testing::ElementsAre("tool"));
  EXPECT_EQ(receipts[0].entry, "the entry");
  std::vector<std::string> paths;
  for (const auto& member : receipts[0].listing.members) paths.push_back(member.path);
  EXPECT_THAT(paths, testing::Contains("usr/bin/tool"));
  EXPECT_THAT(paths, testing::Not(testing::Contains("etc/ld.so.cache"))) << "made anew by a command";
}

TEST(Restore, WhatWasPublishedIsNoLongerTrueWhenDpkgHasWrittenSince) {
  const auto archive = captured("base", [](const Tree& tree) { tree.write("/etc/ld.so.cache", "of the tool"); });
  const Tree tree;
  make_base(tree);
  tree.write("/etc/ld.so.cache", "of another library");
  ASSERT_TRUE(restored(tree, archive));
  tree.write("/var/lib/dpkg/status", std::string(kStatusAfter) + "\n");
  EXPECT_FALSE(read_publication(tree.root()));
}

TEST(Restore, RemovesWhatKilledOnesWereWriting) {
  const Tree tree;
  make_base(tree);
  const std::string leftover = "/usr/share/x/.ci-optimizer-0123456789abcdef-7";
  tree.write(leftover, "half a");
  tree.write("/usr/share/x/.ci-optimizer-mine", "not one of them");
  tree.folder("/var/lib/dpkg/ci-optimizer-abcdef");
  ASSERT_TRUE(restored(tree, captured()));
  EXPECT_EQ(read(tree, leftover), "absent");
  EXPECT_EQ(read(tree, "/usr/share/x/.ci-optimizer-mine"), "not one of them");

  tree.write(leftover, "half a");
  tree.folder("/var/lib/dpkg/ci-optimizer-abcdef");
  ASSERT_TRUE(remove_leftovers(tree.root()));
  EXPECT_EQ(read(tree, leftover), "absent") << "by the next run that restores nothing";
  EXPECT_TRUE(has_unfinished_restore(tree.root())) << "the mark stays";
  EXPECT_FALSE(has_leftovers(tree.root())) << "but there is nothing to be done for it any more";
}

// Ends the process when the trailer, the last 48 bytes, is read: all files are in place by then.
class DyingSource final : public archive::ByteSource {
 public:
  explicit DyingSource(std::string_view archive) : source_(archive), left_(archive.size() - 48) {}
  base::Result<std::size_t> read(std::span<char> buffer) override {
    if (left_ == 0) ::_exit(0);
    const auto count = source_.read(buffer.first(std::min(buffer.size(), left_)));
    left_ -= *count;
    return count;
  }

 private:
  archive::MemorySource source_;
  std::size_t left_;
};

void be_killed_while_restoring(const Tree& tree, const std::string& archive) {
  const auto child = ::fork();
  if (child == 0) {
    DyingSource source(archive);
    (void)restore(tree.root(), {"base"}, source);
    ::_exit(1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0) << "it ended before it was killed";
  ASSERT_EQ(read(tree, "/usr/bin/tool"), "the tool");
}

TEST(Restore, WhatAKilledOneHasAddedCanBeTakenBack) {
  const Tree tree;
  make_base(tree);
  const auto archive = captured();
  be_killed_while_restoring(tree, archive);
  ASSERT_TRUE(remove_leftovers(tree.root()));
  EXPECT_EQ(read(tree, "/usr/bin/tool"), "absent");
  EXPECT_FALSE(std::filesystem::exists(tree.at("/usr/bin")) && !std::filesystem::is_empty(tree.at("/usr/bin")));
  EXPECT_EQ(read(tree, "/etc/passwd"), kPasswd);
  ASSERT_TRUE(restored(tree, archive));
  EXPECT_EQ(read(tree, "/usr/bin/tool"), "the tool");
}

TEST(Restore, NothingIsTakenBackOnceDpkgHasBeenAtWork) {
  const Tree tree;
  make_base(tree);
  be_killed_while_restoring(tree, captured());
  tree.write("/var/lib/dpkg/status", kStatusAfter);
  ASSERT_TRUE(remove_leftovers(tree.root()));
  EXPECT_EQ(read(tree, "/usr/bin/tool"), "the tool");
}

TEST(Capture, HasANewLinkToTheMountedFileSystems) {
  const Tree tree;
  make_base(tree);
  const auto snapshot = tree.snapshot();
  tree.link("../proc/self/mounts", "/etc/mtab");
  tree.write("/etc/adjtime", "0");
  const auto changes = changes_since(snapshot);
  ASSERT_TRUE(changes);
  EXPECT_THAT(lines(changes->changes), testing::Contains("added l /etc/mtab"));
  EXPECT_THAT(changes->left_out, testing::ElementsAre("/etc/adjtime"));
}

TEST(Capture, LeavesPasswordsOutOfTheArchive) {
  const auto archive = captured();
  archive::MemorySource source(archive);
  archive::ArchiveReader reader(source);
  ASSERT_TRUE(reader.read_head());
  const auto members = reader.read_manifest();
  ASSERT_TRUE(members);
  for (const auto& member : *members) EXPECT_NE(member.path, "etc/shadow");
}

TEST(Capture, RefusesWhatFilesCannotGiveBack) {
  const Tree tree;
  make_base(tree);
  const auto snapshot = tree.snapshot();
  install_tool(tree);
  tree.write("/boot/vmlinuz", "a kernel");
  const auto changes = changes_since(snapshot);
  ASSERT_TRUE(changes);
  MemorySink sink;
  const auto refused = capture(tree.root(), *changes, {"base", 1}, 1, sink);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("/boot/vmlinuz"));
}

TEST(Label, SaysTheSameAfterItWasWrittenAndRead) {
  Label label;
  label.fingerprint = "f";
  label.install_seconds = 3.5;
  label.packages = {{"a", "amd64", "", "1"}};
  label.shared = {{"/etc/passwd", {find_shared("/etc/passwd"), "sha256:1", "sha256:2", {"b", "a"}}, 0644, 0, 42, 7}};
  label.replay = {{"systemctl", "daemon-reload"}};
  const auto text = encode(label);
  ASSERT_TRUE(text);
  const auto read = decode_label(*text);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->fingerprint, "f");
  EXPECT_DOUBLE_EQ(read->install_seconds, 3.5);
  ASSERT_EQ(read->shared.size(), 1U);
  EXPECT_EQ(read->shared[0].change.installed, "sha256:2");
  EXPECT_EQ(read->shared[0].change.records.after, "a");
  EXPECT_EQ(read->shared[0].gid, 42U);
  EXPECT_EQ(read->replay, label.replay);
  label.shared[0].change.records.after = "\xff";
  EXPECT_FALSE(encode(label));
}

TEST(Label, IsNotBelieved) {
  for (const char* text : {"", "[]", "{}", R"({"delta":2})", R"({"delta":1,"shared":[{"path":"/etc/motd"}]})"}) {
    EXPECT_FALSE(decode_label(text)) << text;
  }
}

TEST(Obstacles, KnowTheirOwnCommands) {
  EXPECT_TRUE(is_replay({"modprobe", "fuse"}));
  EXPECT_TRUE(is_replay({"systemctl", "start", "nginx.service"}));
  EXPECT_TRUE(is_replay({"systemctl", "daemon-reload"}));
  EXPECT_FALSE(is_replay({}));
  EXPECT_FALSE(is_replay({"sh", "-c", "x"}));
  EXPECT_FALSE(is_replay({"systemctl", "stop", "nginx.service"}));
  EXPECT_FALSE(is_replay({"systemctl", "start", "--no-block"}));
  EXPECT_FALSE(is_replay({"modprobe", "--remove"}));
  EXPECT_FALSE(is_replay({"modprobe", "a", "b"}));
}

}  // namespace
