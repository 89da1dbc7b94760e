#include "delta/sweep.hpp"

#include <gmock/gmock.h>

#include <mutex>
#include <set>

#include "delta/name_table.hpp"
#include "delta/tree.hpp"

namespace {

using namespace ci::delta;
using ci::test::Tree;

// Every path that a sweep with `jobs` threads lists.
std::multiset<std::string> swept(const Tree& tree, Detail detail, unsigned jobs) {
  SweepOptions options;
  options.root = tree.root();
  options.jobs = jobs;
  std::mutex mutex;
  std::multiset<std::string> paths;
  const auto totals = sweep(options, detail, [&](unsigned worker, const Listing& listing) {
    const std::lock_guard lock(mutex);
    EXPECT_LT(worker, jobs);
    EXPECT_EQ(listing.status.has_value(), detail == Detail::status);
    for (const auto& entry : listing.entries) {
      paths.insert(path_in(listing.path, entry.name));
      EXPECT_EQ(entry.status.has_value(), detail == Detail::status);
    }
  });
  EXPECT_TRUE(totals) << totals.error().message;
  EXPECT_EQ(totals->entries, paths.size());
  return paths;
}

std::string numbered(const char* name, int number) {
  return name + std::to_string(number);
}

TEST(Sweep, ListsEveryPathOnceWhateverTheNumberOfThreads) {
  const Tree tree;
  for (int folder = 0; folder < 40; ++folder) {
    for (int file = 0; file < 30; ++file) tree.write(numbered("/usr/", folder) + numbered("/deep/", file), "");
  }
  // More names than one call gives.
  for (int file = 0; file < 3000; ++file) tree.write("/big/a-rather-long-name-of-a-file-" + std::to_string(file), "");
  std::multiset<std::string> expected;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(tree.root())) {
    expected.insert(entry.path().string().substr(tree.root().string().size()));
  }
  for (const unsigned jobs : {1U, 2U, 8U}) {
    EXPECT_EQ(swept(tree, Detail::names, jobs), expected);
    EXPECT_EQ(swept(tree, Detail::status, jobs), expected);
  }
}

TEST(Sweep, FollowsNoLink) {
  const Tree tree;
  const Tree other;
  other.write("/secret", "");
  tree.link(other.root().string(), "/link");
  tree.link(".", "/self");
  const auto paths = swept(tree, Detail::status, 2);
  EXPECT_TRUE(paths.contains("/link"));
  EXPECT_FALSE(paths.contains("/link/secret"));
}

TEST(Sweep, ReportsAMissingRoot) {
  SweepOptions options;
  options.root = "/no/such/folder";
  EXPECT_FALSE(sweep(options, Detail::names, [](unsigned, const Listing&) {}));
}

TEST(Sweep, AFolderThatCannotBeReadIsAnError) {
  if (::geteuid() == 0) GTEST_SKIP() << "root reads everything";
  const Tree tree;
  tree.write("/closed/file", "");
  ::chmod(tree.at("/closed").c_str(), 0);
  SweepOptions options;
  options.root = tree.root();
  const auto totals = sweep(options, Detail::names, [](unsigned, const Listing&) {});
  ::chmod(tree.at("/closed").c_str(), 0755);
  ASSERT_FALSE(totals);
  EXPECT_EQ(totals.error().kind, ci::base::ErrorKind::permission);
}

TEST(NameTable, FindsFoldersAndEntries) {
  const Tree tree;
  tree.write("/etc/passwd", "");
  tree.link("x", "/etc/link");
  const auto snapshot = tree.snapshot();
  ASSERT_TRUE(snapshot.names.find("/etc"));
  EXPECT_EQ(snapshot.names.find("/etc")->entries.size(), 2U);
  EXPECT_EQ(snapshot.names.entry("/etc/link")->type, Type::symlink);
  EXPECT_EQ(snapshot.names.entry("/etc")->type, Type::directory);
  EXPECT_FALSE(snapshot.names.find("/etc/passwd"));
  EXPECT_FALSE(snapshot.names.entry("/etc/none"));
}

TEST(NameTable, DamageDoesNoHarm) {
  const Tree tree;
  tree.write("/etc/passwd", "");
  const auto good = tree.snapshot().names.bytes();
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const int bit : {1, 64, 128}) {
      auto bytes = good;
      bytes[at] = static_cast<char>(bytes[at] ^ bit);
      const auto table = NameTable::from_bytes(std::move(bytes));
      if (!table) continue;
      for (const char* path : {"/", "/etc", "/var/lib/dpkg"}) {
        const auto folder = table->find(path);
        EXPECT_LT(folder ? folder->entries.size() : 0, good.size());
      }
    }
  }
}

}  // namespace
