// Tar archives that are broken, or made to harm: refused, and nothing outside of the declared folder is touched.
#include <gmock/gmock.h>

#include <functional>

#include "tar_bytes.hpp"

namespace ci::tar {
namespace {

using testing::HasSubstr;

// Extracts into `inner` of a tree with a witness beside it. Returns the error's message; "" for a success.
std::string refusal(const std::string& archive, const std::function<void(const Tree&)>& prepare = {},
                    const ExtractOptions& given = {}) {
  std::string message;
  for (const unsigned jobs : {1U, 4U}) {
    const Tree tree;
    tree.folder("inner");
    tree.file("witness", "as it was");
    if (prepare) prepare(tree);
    const auto before = tree.described();
    ExtractOptions options = given;
    options.jobs = jobs;
    const auto summary = extracted(archive, tree.at("inner"), {{"root", tree.at("inner"), {}}}, options);
    message = summary ? "" : summary.error().message;
    auto after = tree.described();
    for (const auto& [path, text] : after) EXPECT_EQ(path.find(".ci-optimizer-"), std::string::npos) << path;
    for (const auto& [path, text] : before) {
      if (path == "inner" || (summary && path.starts_with("inner"))) continue;
      EXPECT_EQ(after[path], text) << path;
    }
    if (!summary) {
      EXPECT_EQ(after.size(), before.size()) << message;
    }
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(tree.path())) names.push_back(entry.path().filename());
    EXPECT_THAT(names, testing::UnorderedElementsAre("inner", "witness"));
  }
  return message;
}

TEST(HostileTar, TheForgeryItselfIsAGoodArchive) {
  EXPECT_EQ(
      refusal(folder("d") + file("d/a", "1") + link(kSymlink, "d/l", "/etc") + link(kHardLink, "d/h", "d/a") + end()),
      "");
}

TEST(HostileTar, NamesThatLeadOut) {
  for (const std::string name :
       {"../witness", "/etc/ci-optimizer-witness", "a/../../witness", "..", "a/..", "../inner2/x"}) {
    EXPECT_NE(refusal(file(name, "evil") + end()), "") << name;
    EXPECT_NE(refusal(folder(name) + end()), "") << name;
    EXPECT_NE(refusal(link(kSymlink, name, "/etc") + end()), "") << name;
    EXPECT_NE(refusal(file("a", "1") + link(kHardLink, name, "a") + end()), "") << name;
    EXPECT_NE(refusal(file("a", "1") + link(kHardLink, "b", name) + end()), "") << name;
    const std::string record = encode_record("path", name);
    EXPECT_NE(refusal(member({.name = "x", .type = kPaxHeader}, record) + file("a", "evil") + end()), "") << name;
    EXPECT_NE(refusal(member({.name = "x", .type = kGnuLongName}, name) + file("a", "evil") + end()), "") << name;
  }
}

TEST(HostileTar, MembersBelowItsOwnLinks) {
  EXPECT_NE(refusal(link(kSymlink, "a", "..") + file("a/witness", "evil") + end()), "");
  EXPECT_NE(refusal(link(kSymlink, "a", "..") + folder("a/new") + end()), "");
  EXPECT_NE(refusal(link(kSymlink, "a", "..") + file("b", "") + link(kHardLink, "a/h", "b") + end()), "");
  EXPECT_NE(refusal(link(kSymlink, "a", "..") + file("c", "") + link(kHardLink, "b", "a/witness") + end()), "");
  EXPECT_NE(refusal(folder("a") + file("a/x", "1") + link(kSymlink, "a", "..") + file("a/witness", "evil") + end()),
            "");
  EXPECT_NE(refusal(file("a/x", "1") + link(kSymlink, "a", "..") + end()), "");
}

TEST(HostileTar, LinksThatAreThereAlready) {
  const auto linked = [](const Tree& tree) { tree.symlink("..", "inner/out"); };
  EXPECT_NE(refusal(file("out/witness", "evil") + end(), linked), "");
  const auto onto = [](const Tree& tree) { tree.symlink("../witness", "inner/file"); };
  EXPECT_EQ(refusal(file("file", "mine") + end(), onto), "") << "the link is replaced, what it leads to stays";
  EXPECT_EQ(refusal(folder("file") + end(), onto), "");
}

TEST(HostileTar, AFileThatHasAnotherNameOutsideIsReplacedAndNotWrittenTo) {
  const Tree tree;
  tree.folder("inner");
  tree.file("witness", "as it was");
  std::filesystem::create_hard_link(tree.at("witness"), tree.at("inner/file"));
  ASSERT_TRUE(extracted(file("file", "mine") + end(), tree.at("inner"), {{"root", tree.at("inner"), {}}}));
  EXPECT_EQ(*platform::read_file(tree.at("witness")), "as it was");
  EXPECT_EQ(*platform::read_file(tree.at("inner/file")), "mine");
}

TEST(HostileTar, KindsThatNoCacheHolds) {
  EXPECT_THAT(refusal(member({.name = "d", .type = '3', .mode = 0666}) + end()), HasSubstr("device"));
  EXPECT_THAT(refusal(member({.name = "d", .type = '4', .mode = 0666}) + end()), HasSubstr("device"));
  EXPECT_THAT(refusal(member({.name = "d", .type = '6', .mode = 0666}) + end()), HasSubstr("FIFO"));
  EXPECT_THAT(refusal(member({.name = "d", .type = 'S'}) + end()), HasSubstr("sparse"));
  EXPECT_THAT(refusal(member({.name = "d", .type = 'Q'}) + end()), HasSubstr("not known"));
  EXPECT_THAT(
      refusal(member({.name = "x", .type = kPaxHeader}, encode_record("GNU.sparse.name", "a")) + file("b", "") + end()),
      HasSubstr("sparse"));
  EXPECT_NE(refusal(link(kHardLink, "b", "not there") + end()), "");
  EXPECT_NE(refusal(file("./", "1") + end()), "") << "the declared folder itself";
}

TEST(HostileTar, SizesThatAreTooLarge) {
  const auto claiming = [](std::uint64_t size) { return member({.name = "bomb", .mode = 0644, .size = size}, "x"); };
  ExtractOptions options;
  options.most_content_bytes = 1 << 20;
  EXPECT_THAT(refusal(claiming(kMostSize) + end(), {}, options), HasSubstr("holds more than"));
  EXPECT_THAT(refusal(claiming(1 << 20) + end(), {}, options), HasSubstr("too early"));
  EXPECT_THAT(refusal(file("a", archive::noise(700'000)) + file("b", archive::noise(700'000)) + end(), {}, options),
              HasSubstr("holds more than"));
  const std::string size = encode_record("size", "9223372036854775807");
  EXPECT_NE(refusal(member({.name = "x", .type = kPaxHeader}, size) + file("a", "") + end()), "");
  EXPECT_NE(refusal(encode_header({.name = "x", .type = kPaxHeader, .size = kMostSize}) + std::string(4096, 'x')), "");
  options.most_members = 10;
  std::string many;
  for (int i = 0; i < 11; ++i) many += file(std::to_string(i), "");
  EXPECT_THAT(refusal(many + end(), {}, options), HasSubstr("more than 10 members"));
}

TEST(HostileTar, ABombIsCutAtTheLimit) {
  // A gigabyte of zeros in 100 kB; it must end long before.
  const Tree tree;
  ASSERT_TRUE(
      shell(fmt::format("truncate -s 1G \"{0}/zeros\"; tar --posix -cf - -P -C \"{0}\" zeros | zstd -q > \"{0}/bomb\"",
                        tree.path().string())));
  ExtractOptions options;
  options.most_content_bytes = 1 << 20;
  EXPECT_THAT(refusal(*platform::read_file(tree.at("bomb")), {}, options), HasSubstr("holds more than"));
}

// Good archives to be damaged.
std::string plain() {
  return folder("d") + file("d/a", archive::noise(3000)) + file("d/b", archive::noise(600'000, 2)) +
         link(kSymlink, "l", "d") + file("last", "x") + end();
}

std::string compressed(const std::string& program) {
  const Tree tree;
  EXPECT_TRUE(platform::write_file(tree.at("plain"), plain()));
  EXPECT_TRUE(shell(fmt::format("{} < \"{}\" > \"{}\"", program, tree.at("plain"), tree.at("compressed"))));
  return *platform::read_file(tree.at("compressed"));
}

TEST(BrokenTar, CutShortAnywhere) {
  for (const std::string& whole : {plain(), compressed("zstd -q"), compressed("gzip")}) {
    EXPECT_EQ(refusal(whole), "");
    const std::size_t enough = whole == plain() ? whole.size() - kBlock : whole.size();  // one block of zeros will do
    for (std::size_t i = 0; i < 60; ++i) EXPECT_NE(refusal(whole.substr(0, enough * i / 60)), "") << i;
    EXPECT_NE(refusal(whole.substr(0, enough - 1)), "");
  }
}

TEST(BrokenTar, ChangedBytesOfACompressedArchive) {
  for (const std::string& whole : {compressed("zstd -q"), compressed("gzip")}) {
    for (std::size_t i = 0; i < 60; ++i) {
      std::string changed = whole;
      const std::size_t place = 12 + (whole.size() - 13) * i / 60;  // behind gzip's own header, of which much is unused
      changed[place] = static_cast<char>(changed[place] ^ 0x10);
      EXPECT_NE(refusal(changed), "") << place;
    }
  }
}

TEST(BrokenTar, SomethingAfterItsEnd) {
  EXPECT_THAT(refusal(plain() + "more"), HasSubstr("something follows"));
  EXPECT_EQ(refusal(plain() + std::string(100'000, '\0')), "");
  EXPECT_NE(refusal(compressed("zstd -q") + "garbage"), "");
  EXPECT_NE(refusal("no tar at all, but some text that is a little longer than nothing"), "");
  EXPECT_NE(refusal(""), "");
}

}  // namespace
}  // namespace ci::tar
