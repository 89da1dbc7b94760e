// Extraction into a folder that is not empty.
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <csignal>
#include <functional>

#include "archive/temporary_name.hpp"
#include "tree.hpp"

namespace ci::archive {
namespace {

using testing::HasSubstr;

ino_t inode(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
  return status.st_ino;
}

TEST(Existing, IdenticalFilesAreLeftAlone) {
  const Tree before;
  before.file("a", "contents", 0640);
  before.file("large", noise(5'000'000));
  before.symlink("a", "link");
  const auto archive = archived({before.source()});
  const Tree after;
  ASSERT_TRUE(extracted(*archive, {after.target()}));
  const ino_t first = inode(after.at("a"));
  const ino_t link = inode(after.at("link"));
  auto again = extracted(*archive, {after.target()});
  ASSERT_TRUE(again);
  EXPECT_EQ(inode(after.at("a")), first);
  EXPECT_EQ(inode(after.at("link")), link);
  EXPECT_EQ(again->kept, 2U) << "a file of several frames is written again when contents count";
  again = extracted(*archive, {after.target()}, {Owners::omit, Xattrs::omit, Existing::compare_metadata});
  EXPECT_EQ(again->kept, 3U);
  EXPECT_EQ(after.described(), before.described());
}

TEST(Existing, EqualSizeAndTimeDoNotHideOtherContents) {
  const Tree before;
  before.file("a", "contents");
  before.mtime("a", 1000, 0);
  const auto archive = archived({before.source()});
  const Tree after;
  after.file("a", "CONTENTS");
  after.mtime("a", 1000, 0);
  ASSERT_TRUE(extracted(*archive, {after.target()}));
  EXPECT_EQ(*platform::read_file(after.at("a")), "contents");
}

TEST(Existing, EveryTypeReplacesEveryOther) {
  const std::vector<std::string> types{"file", "large", "symlink", "empty folder"};
  const auto make = [](const Tree& tree, const std::string& type, const std::string& name) {
    if (type == "file") tree.file(name, "new");
    if (type == "large") tree.file(name, noise(3'000'000));
    if (type == "symlink") tree.symlink("elsewhere", name);
    if (type == "empty folder") tree.folder(name, 0750);
  };
  for (const std::string& was : types) {
    for (const std::string& becomes : types) {
      const Tree before;
      make(before, becomes, "x");
      const auto archive = archived({before.source()});
      const Tree after;
      make(after, was, "x");
      const auto summary = extracted(*archive, {after.target()});
      ASSERT_TRUE(summary) << was << " -> " << becomes << ": " << summary.error().message;
      EXPECT_EQ(after.described(), before.described()) << was << " -> " << becomes;
    }
  }
}

TEST(Existing, AFullFolderIsNotReplacedByAFile) {
  const Tree before;
  before.file("x", "new");
  const auto archive = archived({before.source()});
  const Tree after;
  after.file("x/precious", "kept");
  const auto summary = extracted(*archive, {after.target()});
  ASSERT_FALSE(summary);
  EXPECT_THAT(summary.error().message, HasSubstr("x: Directory not empty"));
  EXPECT_EQ(*platform::read_file(after.at("x/precious")), "kept");
  EXPECT_EQ(after.described().size(), 2U) << "no temporary file stays";
}

TEST(Existing, AFolderGivesWayWhenTheArchiveDeletesWhatIsInIt) {
  for (const std::string becomes : {"file", "large", "symlink", "hard link"}) {
    const Tree before;
    before.file("a", "first");
    if (becomes == "file") before.file("x", "new");
    if (becomes == "large") before.file("x", noise(5'000'000));
    if (becomes == "symlink") before.symlink("y", "x");
    if (becomes == "hard link") {
      ASSERT_EQ(::link(before.at("a").c_str(), before.at("x").c_str()), 0);
    }
    const auto archive = archived({before.source({"x/deep/two", "x/deep", "x/one", "w", "y"})});
    ASSERT_TRUE(archive) << archive.error().message;
    const Tree after;
    after.file("w", "1");
    after.file("x/deep/two", "2");
    after.file("x/one", "1");
    after.file("y", "3");
    const auto summary = extracted(*archive, {after.target()}, placing_all(), 2);
    ASSERT_TRUE(summary) << becomes << ": " << summary.error().message;
    EXPECT_EQ(after.described(), before.described()) << becomes;
  }
}

TEST(Existing, ADamagedArchiveLeavesEverythingAsItWas) {
  const Tree before;
  before.file("added/deep/new", noise(3'000'000));
  before.file("becomes a folder/new", "1");
  before.file("becomes a file", "1");
  before.file("replaced", "new contents");
  before.symlink("new", "link");
  before.symlink("anything", "new link");
  const auto archive = archived({before.source({"becomes a file/old", "old"})});
  ASSERT_TRUE(archive);
  const auto fill = [](const Tree& tree) {
    tree.symlink("old", "becomes a folder");
    tree.file("becomes a file/old", "old");
    tree.file("replaced", "old contents");
    tree.symlink("old", "link");
    tree.file("old", "1");
  };
  for (const std::size_t from_end : {1U, 100U, 200U, 400U, 1'000'000U}) {
    const Tree after;
    fill(after);
    // Of folders the time changes whenever something was in them.
    const auto contents = [&] {
      std::map<std::string, std::string> found;
      for (const auto& entry : std::filesystem::recursive_directory_iterator(after.path())) {
        found[entry.path()] = entry.is_symlink()     ? std::filesystem::read_symlink(entry.path()).string()
                              : entry.is_directory() ? "folder"
                                                     : *platform::read_file(entry.path());
      }
      return found;
    };
    const auto was = contents();
    std::string damaged = *archive;
    damaged[damaged.size() - from_end] = static_cast<char>(damaged[damaged.size() - from_end] ^ 1);
    ASSERT_FALSE(extracted(damaged, {after.target()}));
    EXPECT_EQ(contents(), was) << from_end;
    ASSERT_TRUE(extracted(*archive, {after.target()}));
    EXPECT_EQ(after.described(), before.described());
  }
}

TEST(Existing, FilesThatAreToAppearLastAppearWhenAllOthersAreThere) {
  const Tree before;
  before.file("records/new", "1");
  before.file("x", "1");
  before.file("y", "new");
  const auto archive = archived({before.source({"old"})});
  const Tree after;
  after.file("old", "1");
  after.file("y", "old");
  PlaceOptions place = placing_all();
  place.last_below = {"records"};
  ExtractOptions options;
  options.place = place;
  bool asked = false;
  options.when_verified = [&]() -> base::Result<void> {
    asked = true;
    EXPECT_TRUE(std::filesystem::exists(after.at("x")));
    EXPECT_FALSE(std::filesystem::exists(after.at("records/new")));
    EXPECT_TRUE(std::filesystem::exists(after.at("old")));
    EXPECT_EQ(*platform::read_file(after.at("y")), "old");
    return {};
  };
  MemorySource source(*archive);
  ArchiveReader reader(source);
  ASSERT_TRUE(reader.read_head());
  ASSERT_TRUE(reader.extract({after.target()}, options));
  EXPECT_TRUE(asked);
  EXPECT_EQ(after.described(), before.described());
}

TEST(Existing, AHardLinkedFileIsReplacedAloneAndLinksAreMade) {
  const Tree before;
  before.file("a", "new");
  ASSERT_EQ(::link(before.at("a").c_str(), before.at("b").c_str()), 0);
  const auto archive = archived({before.source()});
  const Tree after;
  after.file("a", "old");
  after.file("b", "another");
  ASSERT_EQ(::link(after.at("a").c_str(), after.at("outside").c_str()), 0);
  ASSERT_TRUE(extracted(*archive, {after.target()}));
  EXPECT_EQ(inode(after.at("a")), inode(after.at("b")));
  EXPECT_EQ(*platform::read_file(after.at("outside")), "old");
  EXPECT_EQ(extracted(*archive, {after.target()})->written, 0U);
}

// Runs `body` as an ordinary user in a child; returns whether it succeeded there.
bool as_ordinary_user(const std::filesystem::path& folder, const std::function<bool()>& body) {
  if (!is_root()) return body();
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    EXPECT_EQ(::lchown(entry.path().c_str(), 65534, 65534), 0);
  }
  EXPECT_EQ(::chown(folder.c_str(), 65534, 65534), 0);
  const pid_t child = ::fork();
  if (child == 0) ::_exit(::setgid(65534) == 0 && ::setuid(65534) == 0 && body() ? 0 : 1);
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(Existing, ReadOnlyFoldersAreNoProblemForAnOrdinaryUser) {
  const PlaceOptions place;
  const Tree before;
  before.file("mod/cache/lib/x.go", "new", 0444);
  before.file("mod/cache/lib/deep/z.go", "z", 0444);
  before.file("mod/other/new/y.go", "y", 0444);
  const auto paths =
      std::vector<std::string>{"mod/cache/lib", "mod/cache/lib/x.go", "mod/cache/lib/deep/z.go", "mod/other/new/y.go"};
  ASSERT_EQ(::chmod(before.at("mod/cache/lib").c_str(), 0555), 0);
  WriteOptions options;
  const auto archive = archived({{"root", before.path(), paths, {"mod/cache/gone"}}}, options);
  ASSERT_TRUE(archive) << archive.error().message;
  ASSERT_EQ(::chmod(before.at("mod/cache/lib").c_str(), 0755), 0);

  const Tree after;
  after.file("mod/cache/lib/x.go", "old contents", 0444);
  after.file("mod/cache/gone", "old", 0444);
  after.folder("mod/other", 0555);
  after.folder("mod/cache/lib", 0555);
  after.folder("mod/cache", 0555);
  EXPECT_TRUE(as_ordinary_user(after.path(), [&] {
    const auto summary = extracted(*archive, {after.target()}, place, 2);
    if (!summary) fmt::print(stderr, "{}\n", summary.error().message);
    return summary.has_value();
  }));
  const auto found = after.described();
  EXPECT_THAT(found.at("mod/cache/lib"), HasSubstr("40555"));
  EXPECT_THAT(found.at("mod/other"), HasSubstr("40555")) << "not the archive's, so as before";
  EXPECT_THAT(found.at("mod/cache"), HasSubstr("40555"));
  EXPECT_FALSE(found.contains("mod/cache/gone"));
  EXPECT_EQ(*platform::read_file(after.at("mod/cache/lib/x.go")), "new");
  EXPECT_EQ(*platform::read_file(after.at("mod/other/new/y.go")), "y");
  for (const std::string path : {"mod/cache/lib", "mod/other", "mod/cache"}) ::chmod(after.at(path).c_str(), 0755);
}

TEST(Existing, AKilledExtractionLeavesOldOrNewFilesOnly) {
  const Tree old_tree;
  const Tree new_tree;
  for (int i = 0; i < 300; ++i) {
    old_tree.file(fmt::format("f{}", i), std::string(20'000, 'o'));
    new_tree.file(fmt::format("f{}", i), std::string(20'000, 'n'));
  }
  old_tree.file("large", std::string(12'000'000, 'o'));
  new_tree.file("large", std::string(12'000'000, 'n'));
  const auto archive = archived({new_tree.source()});
  int killed = 0;
  for (int delay = 0; delay < 20; ++delay) {
    const Tree target;
    std::filesystem::copy(old_tree.path(), target.path(), std::filesystem::copy_options::recursive);
    const pid_t child = ::fork();
    if (child == 0) ::_exit(extracted(*archive, {target.target()}) ? 0 : 1);
    ::usleep(static_cast<useconds_t>(delay) * 1500);
    ::kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status)) ++killed;
    for (const auto& entry : std::filesystem::directory_iterator(target.path())) {
      const std::string name = entry.path().filename();
      if (name.starts_with(".ci-optimizer-")) continue;
      const std::string contents = *platform::read_file(entry.path());
      const std::size_t size = name == "large" ? 12'000'000 : 20'000;
      ASSERT_TRUE(contents == std::string(size, 'o') || contents == std::string(size, 'n')) << name;
    }
    const auto summary = extracted(*archive, {target.target()});
    ASSERT_TRUE(summary) << "the next one mends it";
  }
  EXPECT_GT(killed, 3) << "the test must kill in the middle";
}

TEST(Existing, AKilledExtractionLeavesNoCutFileBelowTheFoldersThatAreNamed) {
  const Tree tree;
  for (int i = 0; i < 400; ++i) tree.file(fmt::format("etc/f{}", i), std::string(50'000, 'n'));
  const auto archive = archived({tree.source()});
  PlaceOptions place = placing_all();
  place.whole_below = {"etc"};
  int halfway = 0;
  for (int tries = 0; tries < 200 && halfway < 10; ++tries) {
    const Tree target;
    const pid_t child = ::fork();
    if (child == 0) ::_exit(extracted(*archive, {target.target()}, place) ? 0 : 1);
    ::usleep(static_cast<useconds_t>(tries % 20) * 1000);
    ::kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    int files = 0;
    if (!std::filesystem::exists(target.at("etc"))) continue;
    for (const auto& entry : std::filesystem::directory_iterator(target.at("etc"))) {
      if (is_temporary_name(entry.path().filename().string())) continue;
      ++files;
      ASSERT_EQ(entry.file_size(), 50'000U) << entry.path();
    }
    if (WIFSIGNALED(status) && files > 0 && files < 400) ++halfway;
  }
  EXPECT_GT(halfway, 2) << "the test must kill in the middle";
}

TEST(TemporaryName, IsToldFromOthers) {
  TemporaryNames names;
  EXPECT_TRUE(is_temporary_name(names.next()));
  EXPECT_TRUE(is_temporary_name(".ci-optimizer-0123456789abcdef-12"));
  for (const char* other : {"", ".ci-optimizer-", ".ci-optimizer-0123456789abcdef", ".ci-optimizer-0123456789abcdef-",
                            ".ci-optimizer-0123456789abcdef-1x", ".ci-optimizer-0123456789abcde-1",
                            ".ci-optimizer-0123456789ABCDEF-1", "ci-optimizer-0123456789abcdef-1"}) {
    EXPECT_FALSE(is_temporary_name(other)) << other;
  }
}

TEST(Existing, AFullDiskIsAnErrorThatNamesTheFile) {
  const Tree before;
  before.file("large", noise(6'000'000));
  const auto archive = archived({before.source()});
  const Tree after;
  const pid_t child = ::fork();
  if (child == 0) {
    // A limit on the size of files stands for a full disk: EFBIG comes from the same calls.
    const rlimit limit{3'000'000, 3'000'000};
    ::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto summary = extracted(*archive, {after.target()});
    ::_exit(!summary && summary.error().kind == base::ErrorKind::io &&
                    summary.error().message == "cannot write large: File too large"
                ? 0
                : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(std::filesystem::is_empty(after.path())) << "half a file stayed";
}

}  // namespace
}  // namespace ci::archive
