#include "archive/comparison.hpp"

#include <gmock/gmock.h>

#include "tree.hpp"

namespace ci::archive {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

ArchiveListing listing_of(const Tree& tree, std::vector<std::string> deletions = {}) {
  const auto archive = archived({tree.source(std::move(deletions))});
  MemorySource source(*archive);
  ArchiveReader reader(source);
  ArchiveListing listing;
  listing.head = *reader.read_head();
  listing.members = *reader.read_manifest();
  return listing;
}

std::vector<std::string> differences(const ArchiveListing& listing, const Tree& tree) {
  const auto found = compare(listing, {tree.target()}, {2, Owners::keep, Xattrs::keep, Mtimes::compare});
  EXPECT_TRUE(found);
  std::vector<std::string> words;
  for (const Difference& difference : *found) {
    words.push_back(fmt::format("{}: {}", difference.path, name_of(difference.kind)));
  }
  return words;
}

TEST(Comparison, NamesEveryDifference) {
  const Tree tree;
  for (const std::string name : {"absent", "contents", "longer", "mode", "same", "time", "type", "xattr"}) {
    tree.file("d/" + name, "12345678");
  }
  tree.symlink("here", "d/link");
  ASSERT_EQ(::link(tree.at("d/same").c_str(), tree.at("d/second").c_str()), 0);
  const ArchiveListing listing = listing_of(tree, {"old"});
  EXPECT_THAT(differences(listing, tree), IsEmpty());

  struct stat before {};
  ASSERT_EQ(::stat(tree.at("d").c_str(), &before), 0);
  const auto changed = [&](const std::string& path, std::string_view contents) {
    struct stat status {};
    ASSERT_EQ(::stat(tree.at(path).c_str(), &status), 0);
    tree.file(path, contents);
    tree.mtime(path, status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
  };
  changed("d/contents", "87654321");
  changed("d/longer", "123456789");
  ASSERT_EQ(::chmod(tree.at("d/mode").c_str(), 04755), 0);
  tree.mtime("d/time", 1, 0);
  std::filesystem::remove(tree.at("d/type"));
  std::filesystem::create_directory(tree.at("d/type"));
  ASSERT_EQ(::setxattr(tree.at("d/xattr").c_str(), "user.x", "y", 1, 0), 0);
  std::filesystem::remove(tree.at("d/absent"));
  std::filesystem::remove(tree.at("d/second"));
  std::filesystem::copy_file(tree.at("d/same"), tree.at("d/second"));
  struct stat link {};
  ASSERT_EQ(::lstat(tree.at("d/link").c_str(), &link), 0);
  std::filesystem::remove(tree.at("d/link"));
  tree.symlink("there", "d/link");
  tree.mtime("d/link", link.st_mtim.tv_sec, link.st_mtim.tv_nsec);
  tree.file("old", "back again");
  tree.mtime("d", before.st_mtim.tv_sec, before.st_mtim.tv_nsec);
  EXPECT_THAT(differences(listing, tree),
              ElementsAre("old: present", "d/absent: absent", "d/contents: contents", "d/link: target",
                          "d/longer: size", "d/mode: mode", "d/second: hard link", "d/time: mtime", "d/type: type",
                          "d/xattr: extended attributes"));
}

TEST(Comparison, AFolderThatBecameALinkHidesWhatIsBehindIt) {
  const Tree tree;
  tree.file("d/file", "x");
  const ArchiveListing listing = listing_of(tree);
  std::filesystem::rename(tree.at("d"), tree.at("elsewhere"));
  tree.symlink("elsewhere", "d");
  EXPECT_THAT(differences(listing, tree), ElementsAre("d: type", "d/file: absent"));
}

}  // namespace
}  // namespace ci::archive
