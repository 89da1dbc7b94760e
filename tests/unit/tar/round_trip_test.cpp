// Ours and GNU tar's archives, written and read by either.
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tar_bytes.hpp"

namespace ci::tar {
namespace {

class BothWays : public testing::Test {
 protected:
  BothWays() { fill(from_); }

  // What GNU tar makes of the tree, as GitHub's client calls it.
  std::string by_tar(const std::string& compress) { return by_tar_of(from_, compress); }
  std::string by_tar_of(const Tree& tree, const std::string& compress = "") {
    EXPECT_TRUE(shell(fmt::format("cd \"{}\"; tar --posix -cf - -P -C \"{}\" data {}>\"{}\"", out_.path().string(),
                                  tree.path().string(), compress, out_.at("archive"))));
    return *platform::read_file(out_.at("archive"), std::size_t{1} << 30);
  }

  Tree from_, to_, out_;
};

TEST_F(BothWays, WhatTarWritesWeRead) {
  for (const std::string compress : {"", "| zstd -T0 ", "| zstd -T0 --long=27 ", "| gzip "}) {
    const Tree to;
    const auto summary = extracted(by_tar(compress), to);
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(to.described(), from_.described()) << compress;
    EXPECT_EQ(summary->members, from_.described().size());
  }
}

TEST_F(BothWays, WhatWeWriteTarReads) {
  ASSERT_TRUE(platform::write_file(out_.at("archive"), *written(from_.path(), {from_.source()})));
  ASSERT_TRUE(shell(fmt::format("zstd -tq \"{0}\"; tar -xf \"{0}\" -P -C \"{1}\" --use-compress-program unzstd",
                                out_.at("archive"), to_.path().string())));
  EXPECT_EQ(to_.described(), from_.described());
}

TEST_F(BothWays, WhatWeWriteWithGzipTarReads) {
  const auto archive = written(from_.path(), {from_.source()}, {.compression = Compression::gzip});
  ASSERT_TRUE(platform::write_file(out_.at("archive"), *archive));
  ASSERT_TRUE(shell(fmt::format("tar -xzf \"{}\" -P -C \"{}\"", out_.at("archive"), to_.path().string())));
  EXPECT_EQ(to_.described(), from_.described());
  const Tree ours;
  ASSERT_TRUE(extracted(*archive, ours));
  EXPECT_EQ(ours.described(), from_.described());
}

TEST_F(BothWays, WhatWeWriteWeRead) {
  for (const unsigned jobs : {1U, 4U}) {
    const Tree to;
    ExtractOptions options;
    options.jobs = jobs;
    const auto summary = extracted(*written(from_.path(), {from_.source()}), to, options);
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(to.described(), from_.described());
    EXPECT_EQ(summary->content_bytes, 8 + 700'000 + 5'000'001 + 512 + 4 + 8 + 1);
  }
}

TEST_F(BothWays, TheBytesDependOnTheTreeAlone) {
  const auto once = written(from_.path(), {from_.source()}, {.jobs = 1});
  EXPECT_EQ(*once, *written(from_.path(), {from_.source()}, {.jobs = 4}));
  EXPECT_NE(*once, *written(from_.path(), {from_.source()}, {.level = archive::fixed_level(1)}));
}

TEST_F(BothWays, FilesThatAreInPlaceStay) {
  const std::string archive = by_tar("| zstd ");
  ASSERT_TRUE(extracted(archive, to_));
  const auto before = std::filesystem::last_write_time(to_.at("data"));
  const auto again = extracted(archive, to_, comparing_contents());
  ASSERT_TRUE(again) << again.error().message;
  // A file above 2 MiB comes in pieces, which are not compared.
  EXPECT_EQ(again->written, 1U);
  EXPECT_GE(again->kept, 8U);
  EXPECT_EQ(std::filesystem::last_write_time(to_.at("data")), before);
  EXPECT_EQ(to_.described(), from_.described());
  EXPECT_EQ(extracted(archive, to_)->written, 0U);
}

TEST_F(BothWays, NamesLeadFromTheWorkspaceToOtherFolders) {
  const Tree home;
  home.folder("work/repo");
  home.file(".cache/tool/x", "1");
  home.file("work/repo/build/y", "2");
  const auto archive = written(home.at("work/repo"), {{"home", home.path(), {".cache/tool", ".cache/tool/x"}, {}},
                                                      {"repo", home.at("work/repo"), {"build", "build/y"}, {}}});
  ASSERT_TRUE(platform::write_file(out_.at("archive"), *archive));
  const Tree other;
  other.folder("work/repo");
  ASSERT_TRUE(shell(fmt::format("tar -xf \"{0}\" -P -C \"{1}\" --use-compress-program unzstd", out_.at("archive"),
                                other.at("work/repo"))));
  EXPECT_EQ(*platform::read_file(other.at(".cache/tool/x")), "1");
  const Tree third;
  third.folder("work/repo");
  const auto summary = extracted(*archive, third.at("work/repo"),
                                 {{"home", third.path(), {".cache/tool"}}, {"repo", third.at("work/repo"), {}}});
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_EQ(*platform::read_file(third.at(".cache/tool/x")), "1");
  EXPECT_EQ(*platform::read_file(third.at("work/repo/build/y")), "2");
  EXPECT_FALSE(extracted(*archive, third.at("work/repo"), {{"repo", third.at("work/repo"), {}}}));
}

TEST_F(BothWays, AHardLinkBetweenTwoFolders) {
  const Tree from;
  from.file("one/x", "1");
  from.folder("two");
  std::filesystem::create_hard_link(from.at("one/x"), from.at("two/y"));
  ASSERT_TRUE(
      shell(fmt::format("tar --posix -cf \"{}\" -P -C \"{}\" ../one ../two", out_.at("linked"), from.at("two"))));
  to_.folder("one");
  to_.folder("two");
  const std::vector<archive::TargetRoot> targets = {{"1", to_.at("one"), {}}, {"2", to_.at("two"), {}}};
  const auto archive = *platform::read_file(out_.at("linked"));
  for (const std::uint64_t written : {2U, 0U}) {
    const auto summary = extracted(archive, to_.at("two"), targets);
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(summary->written, written);
    EXPECT_TRUE(std::filesystem::equivalent(to_.at("one/x"), to_.at("two/y")));
  }
}

TEST_F(BothWays, OwnersAreGivenBackWhereTheyAreAskedFor) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root gives files away";
  const Tree from;
  from.file("data/x", "1");
  from.symlink("x", "data/link");
  for (const std::string name : {"data", "data/x", "data/link"})
    ASSERT_EQ(::lchown(from.at(name).c_str(), 54'321, 65'432), 0);
  ExtractOptions options;
  options.place.owners = archive::Owners::keep;
  for (const std::string& archive : {by_tar_of(from), *written(from.path(), {from.source()})}) {
    const Tree to;
    ASSERT_TRUE(extracted(archive, to, options));
    for (const std::string name : {"data", "data/x", "data/link"}) {
      struct stat status {};
      ASSERT_EQ(::lstat(to.at(name).c_str(), &status), 0);
      EXPECT_EQ(status.st_uid, 54'321U) << name;
      EXPECT_EQ(status.st_gid, 65'432U) << name;
    }
  }
}

TEST_F(BothWays, AFileThatIsNamedTwiceByTarIsReadTwice) {
  const Tree from;
  from.file("data/sub/x", "1");
  from.file("data/sub/large", archive::noise(3'000'000));
  ASSERT_TRUE(
      shell(fmt::format("tar --posix -cf \"{}\" -P -C \"{}\" data data/sub", out_.at("twice"), from.path().string())));
  ASSERT_TRUE(extracted(*platform::read_file(out_.at("twice")), to_));
  EXPECT_EQ(to_.described(), from.described());
}

TEST(TarWriter, AChangedFileIsNoArchive) {
  const Tree tree;
  tree.file("x", "1");
  auto source = tree.source();
  source.paths.emplace_back("missing");
  EXPECT_FALSE(written(tree.path(), {source}));
}

TEST(TarReader, LaterMembersReplaceEarlierOnes) {
  const Tree tree;
  const auto summary = extracted(file("a", "first") + file("b", "other") + link(kHardLink, "c", "b") +
                                     file("a", "second") + file("c", "the third") + end(),
                                 tree);
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_EQ(*platform::read_file(tree.at("a")), "second");
  EXPECT_EQ(*platform::read_file(tree.at("b")), "other");
  EXPECT_EQ(*platform::read_file(tree.at("c")), "the third");
}

TEST(TarReader, GnuLongNamesAndOldFolders) {
  const Tree tree;
  const std::string name = std::string(120, 'n'), target(130, 't');
  const auto summary =
      extracted(member({.name = "././@LongLink", .type = kGnuLongName}, name + '\0') + file("cut", "1") +
                    member({.name = "././@LongLink", .type = kGnuLongLink}, target + '\0') +
                    link(kSymlink, "link", "cut") + member({.name = "old/", .type = '\0', .mode = 0700}) + end(),
                tree);
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_EQ(*platform::read_file(tree.at(name)), "1");
  EXPECT_EQ(std::filesystem::read_symlink(tree.at("link")).string(), target);
  EXPECT_TRUE(std::filesystem::is_directory(tree.at("old")));
}

}  // namespace
}  // namespace ci::tar
