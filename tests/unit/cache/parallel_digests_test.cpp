#include "cache/parallel_digests.hpp"

#include "cache/tree.hpp"
#include "fakes/fake_cancellation.hpp"

namespace ci::cache {
namespace {

class ParallelDigestsTest : public test::TreeTest {
 protected:
  test::FakeCancellation cancellation_;
};

TEST_F(ParallelDigestsTest, KeepsTheOrderInWhichFilesWereAdded) {
  constexpr int kFiles = 500;
  for (const unsigned cores : {1U, 2U, 7U}) {
    ParallelDigests digests(cores, cancellation_);
    for (int file = 0; file < kFiles; ++file) {
      // Every hundredth is large: it ends after those that come behind it.
      const std::string contents(file % 100 == 0 ? 3'000'000 : 10, static_cast<char>('a' + file % 26));
      digests.add({write(std::to_string(file), contents), true});
    }
    const auto done = digests.finish();
    ASSERT_TRUE(done.has_value()) << done.error().message;
    ASSERT_EQ(done->size(), static_cast<std::size_t>(kFiles));
    for (int file = 0; file < kFiles; ++file) {
      const auto& one = (*done)[static_cast<std::size_t>(file)];
      const std::size_t size = file % 100 == 0 ? 3'000'000 : 10;
      EXPECT_EQ(one.digest, base::sha256(std::string(size, static_cast<char>('a' + file % 26))));
      EXPECT_EQ(one.bytes, static_cast<std::int64_t>(size));
    }
  }
}

TEST_F(ParallelDigestsTest, GivesNothingForNothing) {
  ParallelDigests digests(4, cancellation_);
  EXPECT_TRUE(digests.finish().value().empty());
}

TEST_F(ParallelDigestsTest, TellsTheFirstFileThatCannotBeRead) {
  const auto present = write("f");
  for (int again = 0; again < 20; ++again) {
    ParallelDigests digests(4, cancellation_);
    for (int file = 0; file < 200; ++file)
      digests.add({file % 50 == 30 ? root() + "/absent" + std::to_string(file) : present, true});
    const auto done = digests.finish();
    ASSERT_FALSE(done.has_value());
    EXPECT_EQ(done.error().message, "cannot read " + root() + "/absent30: No such file or directory");
  }
}

TEST_F(ParallelDigestsTest, MarksLinksToDirectoriesAndReadsThoseToFiles) {
  const auto file = write("d/f", "abc");
  link("folder", "d");
  link("file", "d/f");
  ParallelDigests digests(2, cancellation_);
  digests.add({root() + "/folder", false});
  digests.add({root() + "/file", false});
  const auto done = digests.finish().value();
  EXPECT_TRUE(done[0].is_directory);
  EXPECT_FALSE(done[1].is_directory);
  EXPECT_EQ(done[1].digest, base::sha256("abc"));
}

TEST_F(ParallelDigestsTest, CanBeLeftBeforeTheEnd) {
  ParallelDigests digests(3, cancellation_);
  const auto present = write("f");
  for (int file = 0; file < 200; ++file) digests.add({present, true});
}

TEST_F(ParallelDigestsTest, StopsWhenCancelled) {
  cancellation_.raise();
  ParallelDigests digests(2, cancellation_);
  digests.add({write("f", "abc"), true});
  EXPECT_EQ(digests.finish().error().kind, base::ErrorKind::cancelled);
}

}  // namespace
}  // namespace ci::cache
