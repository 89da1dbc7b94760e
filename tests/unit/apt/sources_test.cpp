#include "apt/sources.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apt/configured_sources.hpp"
#include "platform/filesystem.hpp"

namespace ci::apt {
namespace {

using testing::HasSubstr;

TEST(Sources, ReadsIndexTargetsOfPackagesOnly) {
  const auto targets = parse_index_targets(
      "Packages|http://deb.debian.org/debian/|/var/lib/apt/lists/deb_Packages\n"
      "Translations|http://deb.debian.org/debian/|/var/lib/apt/lists/deb_en\n");
  ASSERT_EQ(targets.size(), 1U);
  EXPECT_EQ(targets[0].repository, "http://deb.debian.org/debian/");
}

TEST(Sources, AreStaleWhenAListIsMissingOrOld) {
  auto folder = platform::TemporaryFolder::make("/tmp", "ci-optimizer-test-");
  ASSERT_TRUE(folder);
  const auto file = folder->path() / "m_Packages";
  const std::vector<IndexTarget> targets = {{"http://m/debian/", file}};
  const auto now = std::chrono::time_point_cast<base::Duration>(std::chrono::system_clock::now());
  EXPECT_NE(why_stale({}, now, std::chrono::hours(1)), "");
  EXPECT_THAT(why_stale(targets, now, std::chrono::hours(1)), HasSubstr("no package list from m"));
  ASSERT_TRUE(platform::write_file(file.string() + ".lz4", "x"));
  EXPECT_EQ(why_stale(targets, now, std::chrono::hours(1)), "");
  EXPECT_THAT(why_stale(targets, now + std::chrono::hours(5), std::chrono::hours(1)), HasSubstr("hours old"));
}

TEST(Sources, AreNotStaleForLackOfAListOfArchitectureAll) {
  IndexTarget here;
  here.repository = "http://m/debian/";
  here.file = "/proc/self/status";
  IndexTarget all = here;
  all.file = "/nonexistent/m_dists_x_main_binary-all_Packages";
  const auto now = std::chrono::time_point_cast<base::Duration>(std::chrono::system_clock::now());
  EXPECT_EQ(why_stale({here, all}, now, std::chrono::hours(1)), "");
}

TEST(Sources, TellsHostsAndTheDistributionsOwn) {
  EXPECT_EQ(host_of("http://user:secret@127.0.0.1:8000/debian"), "127.0.0.1:8000");
  EXPECT_EQ(host_of("mirror+file:/etc/apt/apt-mirrors.txt"), "");
  EXPECT_TRUE(is_official("http://deb.debian.org/debian"));
  EXPECT_TRUE(is_official("http://azure.archive.ubuntu.com/ubuntu/"));
  EXPECT_FALSE(is_official("http://notdebian.org/debian"));
  EXPECT_FALSE(is_official("https://packages.example.com/apt"));
}

TEST(Sources, TriesTheConfiguredMirrorThenTheMainArchive) {
  EXPECT_EQ(next_mirror("http://a/debian/", {"http://a/debian", "http://b/debian/"}), "http://b/debian");
  EXPECT_EQ(next_mirror("http://azure.archive.ubuntu.com/ubuntu/", {}), "http://archive.ubuntu.com/ubuntu");
  EXPECT_EQ(next_mirror("http://archive.ubuntu.com/ubuntu/", {}), std::nullopt);
  EXPECT_EQ(next_mirror("http://ftp.de.debian.org/debian/", {}), "http://deb.debian.org/debian");
  EXPECT_EQ(next_mirror("https://packages.example.com/", {}), std::nullopt);
}

TEST(AlternateSources, AreACopyWithTheMirrorReplacedAndAreRemovedAgain) {
  auto etc = platform::TemporaryFolder::make("/tmp", "ci-optimizer-test-");
  ASSERT_TRUE(etc);
  ASSERT_TRUE(platform::write_file(etc->path() / "sources.list", "deb http://a/debian bookworm main\n"));
  ASSERT_TRUE(platform::write_file(etc->path() / "sources.list.d/x.sources",
                                   "Types: deb\nURIs: http://a/debian/\nSuites: x\n"));
  ASSERT_TRUE(platform::write_file(etc->path() / "sources.list.d/x.save", "deb http://old y z\n"));
  std::filesystem::path folder;
  {
    const auto made =
        AlternateSources::make(etc->path() / "sources.list", etc->path() / "sources.list.d", "a", {"http://b/mirror"});
    ASSERT_TRUE(made);
    ASSERT_TRUE(made->has_value());
    const auto& sources = *made;
    EXPECT_EQ(sources->host(), "b");
    folder = sources->folder();
    EXPECT_EQ(*platform::read_file(sources->list()), "deb http://b/mirror bookworm main\n");
    EXPECT_THAT(*platform::read_file(sources->parts() / "x.sources"), HasSubstr("URIs: http://b/mirror\n"));
    EXPECT_FALSE(std::filesystem::exists(sources->parts() / "x.save"));
    EXPECT_EQ(*platform::read_file(etc->path() / "sources.list"), "deb http://a/debian bookworm main\n");
  }
  EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST(AlternateSources, LeaveSourcesOfTheConfigurationOnTheirOwnHost) {
  const auto folder = platform::TemporaryFolder::make("/tmp", "ci-optimizer-test-");
  ASSERT_TRUE(folder);
  ASSERT_TRUE(platform::write_file(folder->path() / kConfiguredFile, "Types: deb\nURIs: http://a/apt\nSuites: x\n"));
  const auto made = AlternateSources::make("/nonexistent", folder->path(), "a", {"http://b/mirror"});
  ASSERT_TRUE(made);
  EXPECT_FALSE(made->has_value()) << "a mirror of the distribution has no such packages";
}

TEST(AlternateSources, AreNoneWhereNoOtherMirrorIsKnown) {
  auto etc = platform::TemporaryFolder::make("/tmp", "ci-optimizer-test-");
  ASSERT_TRUE(platform::write_file(etc->path() / "sources.list", "deb [trusted=yes] http://a/debian bookworm main\n"));
  EXPECT_FALSE(
      AlternateSources::make(etc->path() / "sources.list", etc->path() / "sources.list.d", "a", {})->has_value());
  EXPECT_FALSE(
      AlternateSources::make(etc->path() / "sources.list", etc->path() / "sources.list.d", "c", {"http://b/mirror"})
          ->has_value())
      << "no source is on that host";
}

}  // namespace
}  // namespace ci::apt
