// What an archive's writer promises besides the members.
#include "archive/writer.hpp"

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "tree.hpp"

namespace ci::archive {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(Writer, GivesTheSameBytesWhateverTheNumberOfThreads) {
  const Tree tree;
  tree.file("large", noise(7'000'000));
  for (int i = 0; i < 800; ++i)
    tree.file(fmt::format("d{}/f{}", i % 9, i), noise(10'000, static_cast<std::uint64_t>(i)));
  std::string first;
  for (const unsigned jobs : {1U, 2U, 5U}) {
    auto options = keeping_all();
    options.jobs = jobs;
    auto source = tree.source();
    if (jobs == 5) std::reverse(source.paths.begin(), source.paths.end());
    const auto archive = archived({source}, options);
    ASSERT_TRUE(archive);
    if (first.empty()) first = *archive;
    EXPECT_TRUE(*archive == first) << jobs << " threads";
  }
}

TEST(Writer, LeavesOutWhatIsNotAskedFor) {
  const Tree tree;
  tree.file("a", "x");
  ASSERT_EQ(::link(tree.at("a").c_str(), tree.at("b").c_str()), 0);
  ASSERT_EQ(::setxattr(tree.at("a").c_str(), "user.note", "value", 5, 0), 0);
  WriteOptions options;
  options.scan.fixed_mtime = 42;
  const auto archive = archived({tree.source()}, options);
  ASSERT_TRUE(archive);
  MemorySource source(*archive);
  ArchiveReader reader(source);
  ASSERT_TRUE(reader.read_head());
  const auto members = reader.read_manifest();
  ASSERT_TRUE(members);
  ASSERT_EQ(members->size(), 2U);
  for (const Member& member : *members) {
    EXPECT_EQ(member.type, MemberType::file);
    EXPECT_EQ(member.mtime, 42);
    EXPECT_FALSE(member.owner);
    EXPECT_TRUE(member.xattrs.empty());
  }
}

TEST(Writer, RefusesWhatNoArchiveHolds) {
  const Tree tree;
  ASSERT_EQ(::mkfifo(tree.at("pipe").c_str(), 0600), 0);
  auto archive = archived({tree.source()});
  ASSERT_FALSE(archive);
  EXPECT_THAT(archive.error().message, AllOf(HasSubstr("pipe"), HasSubstr("FIFO")));
  for (const std::string path : {"/etc/passwd", "../x", "a/../b", "", ".", "a//b", "a/"}) {
    archive = archived({{"root", tree.path(), {path}, {}}});
    ASSERT_FALSE(archive) << path;
  }
}

TEST(Writer, NamesWhatIsNotThereAndFollowsNoLink) {
  const Tree tree;
  auto archive = archived({{"root", tree.path(), {"absent"}, {}}});
  ASSERT_FALSE(archive);
  EXPECT_THAT(archive.error().message, HasSubstr("absent"));
  tree.file("folder/x", "x");
  tree.symlink("folder", "link");
  archive = archived({{"root", tree.path(), {"link/x"}, {}}});
  ASSERT_FALSE(archive);
  EXPECT_THAT(archive.error().message, HasSubstr("link/x"));
}

// Changes a file once the first bytes of the archive arrive, which is before the file is read.
class MeddlingSink final : public ByteSink {
 public:
  MeddlingSink(const Tree& tree, std::string path, std::size_t after)
      : tree_(tree), path_(std::move(path)), after_(after) {}
  base::Result<void> write(std::string_view bytes) override {
    seen_ += bytes.size();
    if (seen_ >= after_ && !done_) {
      done_ = true;
      tree_.file(path_, "other contents");
    }
    return {};
  }

 private:
  const Tree& tree_;
  std::string path_;
  std::size_t after_;
  std::size_t seen_ = 0;
  bool done_ = false;
};

TEST(Writer, NamesAFileThatChangesWhileItIsRead) {
  const Tree tree;
  tree.file("large", noise(40'000'000));
  MeddlingSink sink(tree, "large", 1'000'000);
  auto options = keeping_all();
  options.jobs = 2;
  const auto summary = write_archive(sink, {tree.source()}, "", options);
  ASSERT_FALSE(summary);
  EXPECT_THAT(summary.error().message, AllOf(HasSubstr("large"), HasSubstr("changed")));
}

class FailingSink final : public ByteSink {
 public:
  explicit FailingSink(std::size_t room) : room_(room) {}
  base::Result<void> write(std::string_view bytes) override {
    if (bytes.size() > room_) return base::fail(base::ErrorKind::unavailable, "the store is gone");
    room_ -= bytes.size();
    return {};
  }

 private:
  std::size_t room_;
};

TEST(Writer, GivesTheSinksErrorBack) {
  const Tree tree;
  tree.file("large", noise(12'000'000));
  for (const std::size_t room : {std::size_t{0}, std::size_t{100}, std::size_t{5'000'000}}) {
    FailingSink sink(room);
    const auto summary = write_archive(sink, {tree.source()}, "", keeping_all());
    ASSERT_FALSE(summary);
    EXPECT_EQ(summary.error().message, "the store is gone");
  }
}

}  // namespace
}  // namespace ci::archive
