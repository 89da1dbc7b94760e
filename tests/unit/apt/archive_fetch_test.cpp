#include "apt/archive_fetch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iterator>

#include "apt/deb_folder.hpp"
#include "fakes/fake_process_runner.hpp"
#include "platform/filesystem.hpp"

namespace ci::apt {
namespace {

Plan one_archive(const std::string& url, const std::string& hash) {
  Plan plan;
  plan.packages.push_back({"hello", "1", "amd64", url, "hello_1_amd64.deb", 5, hash});
  return plan;
}

TEST(ArchivesToFetch, AreThoseOnAServer) {
  for (const char* url : {"http://m/a.deb", "https://m/a.deb", "mirror+file:/etc/apt/list/a.deb"}) {
    EXPECT_EQ(archives_to_fetch(one_archive(url, "SHA256:00"), "/nonexistent").size(), 1U) << url;
  }
  for (const char* url : {"file:/srv/a.deb", "copy:/srv/a.deb", "cdrom:[disc]/a.deb"}) {
    EXPECT_TRUE(archives_to_fetch(one_archive(url, "SHA256:00"), "/nonexistent").empty()) << url;
  }
}

TEST(ArchivesToFetch, AreThoseThatCanBeVerified) {
  EXPECT_TRUE(archives_to_fetch(one_archive("http://m/a.deb", ""), "/nonexistent").empty());
}

TEST(ArchivesToFetch, AreThoseThatAptDoesNotHave) {
  const auto folder = platform::TemporaryFolder::make("/tmp", "fetch-test-");
  ASSERT_TRUE(folder);
  const auto plan = one_archive("http://m/a.deb", "SHA256:00");
  ASSERT_TRUE(platform::write_file(folder->path() / "hello_1_amd64.deb", "half"));
  EXPECT_EQ(archives_to_fetch(plan, folder->path()).size(), 1U);
  ASSERT_TRUE(platform::write_file(folder->path() / "hello_1_amd64.deb", "whole"));
  EXPECT_TRUE(archives_to_fetch(plan, folder->path()).empty());
}

TEST(FetchList, IsReadAsItWasWritten) {
  const auto list = archives_to_fetch(one_archive("http://m/a%20b.deb", "SHA256:00"), "/nonexistent");
  const auto read = parse_fetch_list(to_text(list));
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 1U);
  EXPECT_EQ(read->front().url, "http://m/a%20b.deb");
  EXPECT_EQ(read->front().file, "hello_1_amd64.deb");
  EXPECT_EQ(read->front().hash, "SHA256:00");
  EXPECT_EQ(read->front().bytes, 5);
}

TEST(FetchList, RefusesWhatLeavesTheFolder) {
  EXPECT_FALSE(parse_fetch_list("http://m/a.deb\t../../etc/passwd\tSHA256:00\t5\n"));
  EXPECT_FALSE(parse_fetch_list("http://m/a.deb\ta.deb\tSHA256:00\n"));
}

TEST(FetchArchives, PutsThemIntoTheCacheAndRemovesWhatAKilledDownloadLeft) {
  const auto archives = platform::TemporaryFolder::make(testing::TempDir(), "archives-").value();
  const auto left = archives.path() / "ci-optimizer-run-debs-killed";
  ASSERT_TRUE(platform::write_file(left / "download" / "half.deb", "ha"));
  test::FakeProcessRunner processes;
  std::filesystem::path folder;
  processes.when("download-file", [&](const platform::Command& command) -> base::Result<test::ScriptedRun> {
    const std::filesystem::path file = command.argv[command.argv.size() - 2];
    EXPECT_FALSE(std::filesystem::exists(left)) << "there is room for it before more arrives";
    folder = file.parent_path();
    // As another run does that begins meanwhile.
    platform::RunFolder::remove_left_behind(archives.path());
    EXPECT_TRUE(std::filesystem::exists(folder));
    EXPECT_TRUE(platform::write_file(file, "whole"));
    return test::ScriptedRun::exits(0);
  });
  const auto list = archives_to_fetch(one_archive("http://m/a.deb", "SHA256:00"), archives.path());
  const auto fetched = fetch_archives(processes, list, archives.path(), {});
  ASSERT_TRUE(fetched) << fetched.error().message;
  EXPECT_TRUE(*fetched);
  EXPECT_EQ(platform::read_file(archives.path() / "hello_1_amd64.deb").value(), "whole");
  EXPECT_FALSE(std::filesystem::exists(folder));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(archives.path()), {}), 1) << "nothing else is there";
}

}  // namespace
}  // namespace ci::apt
