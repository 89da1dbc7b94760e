// Against archives that the real dpkg-deb made, held against what the real dpkg-deb reads.
#include "apt/unpack_ahead.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <future>

#include "apt/deb_archive.hpp"
#include "platform/file_descriptor.hpp"
#include "platform/filesystem.hpp"

namespace ci::apt {
namespace {

namespace fs = std::filesystem;
using platform::FileDescriptor;
using Served = UnpackAhead::Served;

std::string read_all(int descriptor) {
  std::string text;
  std::array<char, 65536> bytes{};
  for (;;) {
    const auto count = ::read(descriptor, bytes.data(), bytes.size());
    if (count <= 0) return text;
    text.append(bytes.data(), static_cast<std::size_t>(count));
  }
}

class UnpackAheadTest : public testing::Test {
 protected:
  // Makes NAME.deb with `megabytes` of contents that hardly compress.
  fs::path make(const std::string& name, const std::string& compression, int megabytes) {
    const fs::path tree = folder_.path() / (name + ".tree");
    fs::create_directories(tree / "DEBIAN");
    fs::create_directories(tree / "usr/share" / name);
    EXPECT_TRUE(
        platform::write_file(tree / "DEBIAN/control", "Package: " + name +
                                                          "\nVersion: 1\nArchitecture: all\nMaintainer: a <a@b.c>\n"
                                                          "Description: test\n"));
    std::string contents;
    for (std::uint32_t state = 1; contents.size() < static_cast<std::size_t>(megabytes) << 20;) {
      state = state * 1664525 + 1013904223;
      contents += std::to_string(state);
    }
    EXPECT_TRUE(platform::write_file(tree / "usr/share" / name / "data", contents + name));
    const fs::path deb = folder_.path() / (name + ".deb");
    const std::string command = "dpkg-deb -Z" + compression + " -z1 --root-owner-group --build " + tree.string() + " " +
                                deb.string() + " >/dev/null";
    EXPECT_EQ(std::system(command.c_str()), 0);
    return deb;
  }

  static std::string expected(const fs::path& deb) {
    FILE* pipe = ::popen(("dpkg-deb --fsys-tarfile " + deb.string()).c_str(), "r");
    std::string text = read_all(::fileno(pipe));
    ::pclose(pipe);
    return text;
  }

  // Serves `deb` into a pipe. Returns what came out of it.
  static std::pair<Served, std::string> served(UnpackAhead& ahead, const fs::path& deb) {
    std::array<int, 2> pipe{};
    EXPECT_EQ(::pipe2(pipe.data(), O_CLOEXEC), 0);
    auto text = std::async(std::launch::async, read_all, pipe[0]);
    const auto outcome = ahead.serve(deb, pipe[1]);
    ::close(pipe[1]);
    const std::string got = text.get();
    ::close(pipe[0]);
    return {outcome, got};
  }

  // Until a worker has the archive open: one without room for what it decompresses keeps it so.
  static void wait_until_begun(const fs::path& deb) {
    for (int tries = 0; tries < 2000; ++tries) {
      std::error_code error;
      for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
        if (fs::read_symlink(entry.path(), error) == deb) return;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    FAIL() << "no worker has opened " << deb;
  }

  platform::TemporaryFolder folder_ = platform::TemporaryFolder::make(testing::TempDir(), "ahead-").value();
};

TEST_F(UnpackAheadTest, ServesWhatDpkgDebWouldInEveryCompression) {
  std::vector<fs::path> debs;
  for (const std::string compression : {"none", "gzip", "xz", "zstd"})
    debs.push_back(make(compression, compression, 2));
  UnpackAhead ahead(debs, {2});
  for (const auto& deb : debs) {
    const auto [outcome, text] = served(ahead, deb);
    EXPECT_EQ(outcome, Served::whole) << deb;
    EXPECT_TRUE(text == expected(deb)) << deb;
  }
}

TEST_F(UnpackAheadTest, GoesThroughMoreThanItMayHoldInAnyOrder) {
  std::vector<fs::path> debs;
  for (const std::string name : {"a", "b", "c", "d", "e"}) debs.push_back(make(name, "gzip", 3));
  // Without a spool, with one that is soon full, and with room for everything.
  for (const std::size_t spool : {0, 4, 64}) {
    UnpackAhead ahead(debs, {2, std::size_t{1} << 20, spool << 20});
    for (const int index : {1, 0, 4, 3, 2}) {
      const auto& deb = debs[static_cast<std::size_t>(index)];
      const auto [outcome, text] = served(ahead, deb);
      EXPECT_TRUE(outcome == Served::whole && text == expected(deb)) << deb;
    }
  }
}

TEST_F(UnpackAheadTest, DecompressesByItselfWhatAWorkerIsTooSlowFor) {
  const auto deb = make("slow", "xz", 8);
  const auto whole = expected(deb);
  // Nothing at all, a chunk, several chunks come from a worker.
  for (const int milliseconds : {0, 1, 2, 5, 10, 20, 40, 80}) {
    for (const std::size_t bytes : {std::size_t{64}, std::size_t{64} << 20}) {
      UnpackAhead ahead({deb}, {1, bytes, 0, std::chrono::microseconds(0)});
      std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
      const auto [outcome, text] = served(ahead, deb);
      EXPECT_TRUE(outcome == Served::whole && text == whole) << milliseconds;
    }
  }
}

TEST_F(UnpackAheadTest, ServesAnArchiveOnlyOnceAndOnlyThoseItKnows) {
  const auto deb = make("once", "xz", 0);
  UnpackAhead ahead({deb}, {1});
  EXPECT_EQ(served(ahead, deb).first, Served::whole);
  EXPECT_EQ(served(ahead, deb), std::pair(Served::not_at_all, std::string()));
  EXPECT_EQ(served(ahead, "/no/such.deb").first, Served::not_at_all);
}

TEST_F(UnpackAheadTest, WaitsForArchivesThatArrive) {
  const auto deb = make("late", "xz", 0);
  const auto arriving = folder_.path() / "arriving.deb";
  UnpackAhead ahead({arriving}, {1});
  EXPECT_EQ(served(ahead, folder_.path() / "other.deb").first, Served::not_at_all);
  fs::rename(deb, arriving);
  EXPECT_EQ(served(ahead, arriving), std::pair(Served::whole, expected(arriving)));
}

TEST_F(UnpackAheadTest, DoesNotServeAFileThatWasReplacedSince) {
  const auto deb = make("old", "xz", 1), other = make("new", "xz", 1);
  UnpackAhead ahead({deb}, {1, 64, 0});
  wait_until_begun(deb);
  fs::rename(other, deb);
  EXPECT_EQ(served(ahead, deb), std::pair(Served::not_at_all, std::string()));
}

TEST_F(UnpackAheadTest, LeavesDamagedArchivesToDpkgDeb) {
  const auto deb = make("damaged", "xz", 1);
  const auto size = fs::file_size(deb);
  fs::resize_file(deb, 400);
  const auto text = folder_.path() / "text.deb";
  ASSERT_TRUE(platform::write_file(text, "not an archive"));
  UnpackAhead ahead({deb, text}, {2});
  EXPECT_EQ(served(ahead, deb).first, Served::not_at_all);
  EXPECT_EQ(served(ahead, text).first, Served::not_at_all);
  EXPECT_GT(size, 400U);
}

TEST_F(UnpackAheadTest, TellsWhenTheDamageCameAfterTheFirstBytes) {
  const auto deb = make("late-damage", "xz", 4);
  fs::resize_file(deb, fs::file_size(deb) - 100'000);
  UnpackAhead ahead({deb}, {1, std::size_t{1} << 20, 0});  // holds too little to reach the damage before it serves
  EXPECT_EQ(served(ahead, deb).first, Served::broken_off);
}

TEST_F(UnpackAheadTest, EndsWhenTheReaderGoesOrNeverReads) {
  const auto gone = make("gone", "none", 3), stuck = make("stuck", "none", 3);
  UnpackAhead ahead({gone, stuck}, {2});
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe2(pipe.data(), O_CLOEXEC), 0);
  ::close(pipe[0]);
  auto before = ::signal(SIGPIPE, SIG_IGN);
  EXPECT_EQ(ahead.serve(gone, pipe[1]), Served::broken_off);
  ::signal(SIGPIPE, before);
  ::close(pipe[1]);

  ASSERT_EQ(::pipe2(pipe.data(), O_CLOEXEC), 0);
  auto outcome = std::async(std::launch::async, [&] { return ahead.serve(stuck, pipe[1]); });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  ahead.stop();
  EXPECT_EQ(outcome.get(), Served::broken_off);
  ::close(pipe[0]);
  ::close(pipe[1]);
}

TEST_F(UnpackAheadTest, FindsTheDataMemberOrSaysWhyNot) {
  const auto deb = make("member", "zstd", 0);
  const FileDescriptor file(::open(deb.c_str(), O_RDONLY | O_CLOEXEC));
  const auto member = find_data_member(file.get());
  ASSERT_TRUE(member.has_value()) << member.error().message;
  EXPECT_EQ(member->compression, base::Compression::zstd);
  EXPECT_LE(member->offset + member->size, static_cast<std::int64_t>(fs::file_size(deb)));

  for (const std::string& contents :
       {std::string("!<arch>\n"), std::string("!<arch>\n                                                            "),
        std::string("!<arch>\ndata.tar.xz     0           0     0     100644  -5        `\n"),
        std::string("!<arch>\ndata.tar.bz2    0           0     0     100644  5         `\nxxxxx\n"),
        std::string("PK\3\4")}) {
    const auto path = folder_.path() / "bad.deb";
    ASSERT_TRUE(platform::write_file(path, contents));
    const FileDescriptor bad(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    const auto found = find_data_member(bad.get());
    ASSERT_FALSE(found.has_value()) << contents;
    EXPECT_EQ(found.error().kind, base::ErrorKind::data);
  }
}

}  // namespace
}  // namespace ci::apt
