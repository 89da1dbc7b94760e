// What goes in comes out.
#include <gmock/gmock.h>

#include "tree.hpp"

namespace ci::archive {
namespace {

using testing::HasSubstr;

void expect_round_trip(const Tree& before) {
  const auto archive = archived({before.source()});
  ASSERT_TRUE(archive) << archive.error().message;
  for (const unsigned jobs : {1U, 3U}) {
    const Tree after;
    const auto summary = extracted(*archive, {after.target()}, placing_all(), jobs);
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(before.described(), after.described());
    EXPECT_EQ(summary->kept, 0U);
  }
}

TEST(RoundTrip, EmptyTree) {
  expect_round_trip(Tree());
}

TEST(RoundTrip, EveryTypeModeAndTime) {
  const Tree tree;
  tree.file("empty", "");
  tree.file("folder/text", "hello\n", 0640);
  tree.file("folder/run", "#!/bin/sh\n", 04755);
  tree.file("folder/secret", "x", 0000);
  tree.file("folder/group", "x", 02711);
  tree.folder("sticky", 01777);
  tree.folder("closed/inner", 0700);
  tree.symlink("../nowhere/at all", "folder/dangling");
  tree.symlink("/etc/passwd", "absolute");
  tree.mtime("folder/text", 1, 999'999'999);
  tree.mtime("folder/dangling", 1'600'000'000, 5);
  tree.mtime("empty", -5, 250'000'000);
  tree.mtime("sticky", 1'234'567'890, 123'456'789);
  tree.mtime("folder", 1'234'567'891, 0);
  expect_round_trip(tree);
}

TEST(RoundTrip, NamesOfAnyBytes) {
  const Tree tree;
  tree.file("line\nbreak/\t tab", "1");
  tree.file(
      "gr\xC3\xBC\xC3\x9F"
      "e/\xE2\x9C\x93",
      "2");
  tree.file("\xFF\xFE not utf-8", "3");
  tree.file("-n/*?[", "4");
  tree.file(std::string(255, 'n'), "5");
  tree.file("a!", "6");
  tree.file("a/b", "7");
  tree.file("a.c", "8");
  expect_round_trip(tree);
}

TEST(RoundTrip, HardLinksAndAttributes) {
  const Tree tree;
  tree.file("z/first", "shared");
  tree.folder("a");
  ASSERT_EQ(::link(tree.at("z/first").c_str(), tree.at("a/second").c_str()), 0);
  ASSERT_EQ(::link(tree.at("z/first").c_str(), tree.at("third").c_str()), 0);
  tree.file("attributed", "x", 0444);
  ASSERT_EQ(::setxattr(tree.at("attributed").c_str(), "user.note", "value", 5, 0), 0) << "needs user.* attributes";
  ASSERT_EQ(::setxattr(tree.at("a").c_str(), "user.folder", "", 0, 0), 0);
  if (is_root()) {
    // VFS_CAP_REVISION_2 with CAP_NET_RAW, as on ping.
    const std::string capability("\x01\x00\x00\x02\x00\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
                                 20);
    ASSERT_EQ(::setxattr(tree.at("z/first").c_str(), "security.capability", capability.data(), 20, 0), 0);
    ASSERT_EQ(::chown(tree.at("attributed").c_str(), 1234, 4321), 0);
    ASSERT_EQ(::lchown(tree.at("a").c_str(), 1, 2), 0);
    tree.symlink("x", "link");
    ASSERT_EQ(::lchown(tree.at("link").c_str(), 7, 8), 0);
  }
  expect_round_trip(tree);
}

TEST(RoundTrip, LargeAndManyFiles) {
  const Tree tree;
  tree.file("large", noise(9'000'001), 0755);
  tree.file("exactly", noise(kFrameRawTarget, 2));
  tree.file("one more", noise(kFrameRawTarget + 1, 3));
  tree.file("two", noise(2 * kFrameRawTarget, 4));
  for (int i = 0; i < 3000; ++i) {
    tree.file(fmt::format("many/{}/{}", i % 37, i), noise(static_cast<std::size_t>(i), static_cast<std::uint64_t>(i)));
  }
  expect_round_trip(tree);
}

TEST(RoundTrip, AHundredMegabytes) {
  const Tree tree;
  std::string contents;
  const std::string block = noise(1'000'000);
  for (int i = 0; i < 100; ++i) contents.append(block).append(std::to_string(i));
  tree.file("hundred", contents);
  expect_round_trip(tree);
}

TEST(RoundTrip, TheUmaskPlaysNoPart) {
  const Tree before;
  before.file("implied/file", "x", 0666);
  before.folder("open", 0777);
  auto source = before.source();
  source.paths = {"implied/file", "open"};
  const auto archive = archived({source});
  const Tree after;
  const mode_t old = ::umask(077);
  const auto summary = extracted(*archive, {after.target()});
  ::umask(old);
  ASSERT_TRUE(summary) << summary.error().message;
  struct stat status {};
  ASSERT_EQ(::stat(after.at("implied").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0755U) << "a folder that the archive does not have";
  ASSERT_EQ(::stat(after.at("implied/file").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0666U);
  ASSERT_EQ(::stat(after.at("open").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0777U);
}

TEST(RoundTrip, SeveralRootsKeepTheirMembersApart) {
  const Tree home;
  home.file("same", "home");
  const Tree work;
  work.file("same", "work");
  auto first = home.source();
  first.name = "home";
  auto second = work.source();
  second.name = "workspace";
  const auto archive = archived({first, second});
  const Tree new_work;
  const Tree new_home;
  const auto summary = extracted(*archive, {{"workspace", new_work.path(), {}}, {"home", new_home.path(), {"same"}}});
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_EQ(new_home.described(), home.described());
  EXPECT_EQ(new_work.described(), work.described());
}

TEST(RoundTrip, HeadAndManifestAreReadWithoutExtracting) {
  const Tree tree;
  tree.file("folder/a", "hello\n", 0640);
  tree.file("large", noise(5'000'000));
  const auto archive = archived({tree.source({"gone"})});
  ASSERT_TRUE(archive);

  MemorySource source(*archive);
  ArchiveReader reader(source);
  const auto head = reader.read_head();
  ASSERT_TRUE(head);
  EXPECT_EQ(head->text, "{\"for\":\"a test\"}");
  EXPECT_EQ(head->roots, std::vector<std::string>{"root"});
  const auto manifest = reader.read_manifest();
  ASSERT_TRUE(manifest) << manifest.error().message;
  ASSERT_EQ(manifest->size(), 4U);
  EXPECT_EQ((*manifest)[0].type, MemberType::deletion);
  EXPECT_EQ((*manifest)[1].type, MemberType::directory);
  EXPECT_EQ((*manifest)[2].path, "folder/a");
  EXPECT_EQ(base::hex((*manifest)[2].digest), "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03");

  const Tree place;
  place.file("archive", *archive);
  const platform::FileDescriptor file(::open(place.at("archive").c_str(), O_RDONLY | O_CLOEXEC));
  const auto listing = read_listing(file.get());
  ASSERT_TRUE(listing) << listing.error().message;
  EXPECT_EQ(listing->head.text, head->text);
  EXPECT_EQ(listing->members, *manifest);

  const Tree after;
  const auto summary = extracted(*archive, {after.target()});
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->manifest, *manifest);
}

TEST(RoundTrip, DeletionsComeBeforeEverythingElse) {
  const Tree before;
  before.file("keeps/mine", "mine");
  before.symlink("new place", "was folder");
  const auto archive =
      archived({before.source({"was folder/x/y", "was folder/x", "keeps/old", "keeps", "never there"})});
  ASSERT_TRUE(archive) << archive.error().message;
  const Tree after;
  after.file("was folder/x/y", "old");
  after.file("keeps/old", "old");
  after.file("keeps/other", "not the archive's");
  const auto summary = extracted(*archive, {after.target()});
  ASSERT_FALSE(summary) << "a path cannot be deleted and there";
  EXPECT_THAT(summary.error().message, HasSubstr("keeps"));

  const auto second = archived({before.source({"was folder/x/y", "was folder/x", "keeps/old", "never there"})});
  const auto done = extracted(*second, {after.target()});
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_FALSE(std::filesystem::exists(after.at("keeps/old")));
  EXPECT_TRUE(std::filesystem::is_symlink(after.at("was folder")));
  EXPECT_TRUE(std::filesystem::exists(after.at("keeps/other")));
  EXPECT_TRUE(extracted(*second, {after.target()})) << "a second time";
}

TEST(RoundTrip, AFolderToDeleteThatIsNotEmptyStays) {
  const Tree before;
  const auto archive = archived({before.source({"folder", "folder/old"})});
  const Tree after;
  after.file("folder/old", "old");
  after.file("folder/new", "new");
  const auto summary = extracted(*archive, {after.target()});
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->folders_left, 1U);
  EXPECT_FALSE(std::filesystem::exists(after.at("folder/old")));
  EXPECT_TRUE(std::filesystem::exists(after.at("folder/new")));
}

}  // namespace
}  // namespace ci::archive
