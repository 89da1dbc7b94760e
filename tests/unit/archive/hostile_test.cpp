// Archives that nobody's writer made: extraction stays in its folder and never calls them good.
#include <gmock/gmock.h>

#include <functional>

#include "archive/byte_codec.hpp"
#include "archive/forgery.hpp"
#include "tree.hpp"

namespace ci::archive {
namespace {

using testing::HasSubstr;

// Extracts into `inner` of a tree with a witness beside it. Returns the error's message; "" for a success.
std::string refusal(const std::string& archive, const std::function<void(const Tree&)>& prepare = {}) {
  const Tree tree;
  tree.folder("inner");
  tree.file("witness", "as it was");
  if (prepare) prepare(tree);
  std::string message;
  for (const unsigned jobs : {1U, 4U}) {
    const auto summary = extracted(archive, {{"root", tree.at("inner"), {}}}, placing_all(), jobs);
    message = summary ? "" : summary.error().message;
  }
  EXPECT_EQ(*platform::read_file(tree.at("witness")), "as it was");
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(tree.path())) names.push_back(entry.path().filename());
  EXPECT_THAT(names, testing::UnorderedElementsAre("inner", "witness"));
  return message;
}

TEST(Hostile, TheForgeryItselfIsAGoodArchive) {
  EXPECT_EQ(refusal(Forgery()
                        .frame(FrameKind::tree, {bare(MemberType::deletion, "old"), bare(MemberType::directory, "d")})
                        .frame(FrameKind::data, {file("d/a", "1"), link(MemberType::symlink, "d/l", "/etc")})
                        .finish()),
            "");
}

TEST(Hostile, PathsThatLeadOut) {
  for (const std::string path :
       {"/etc/x", "../witness", "a/../../witness", "..", ".", "", "a//b", "a/./b", "a/", "./a"}) {
    EXPECT_THAT(refusal(Forgery().frame(FrameKind::data, {file(path, "evil")}).finish()), HasSubstr("path is refused"));
    EXPECT_THAT(refusal(Forgery().frame(FrameKind::tree, {bare(MemberType::deletion, path)}).finish()),
                HasSubstr("path is refused"));
    EXPECT_THAT(refusal(Forgery().frame(FrameKind::tree, {bare(MemberType::directory, path)}).finish()),
                HasSubstr("path is refused"));
  }
  EXPECT_NE(refusal(Forgery().frame(FrameKind::data, {file(std::string("a\0b", 3), "evil")}).finish()), "");
  EXPECT_NE(refusal(Forgery().frame(FrameKind::data, {file(std::string(256, 'x'), "evil")}).finish()), "");
}

TEST(Hostile, AFileThroughTheArchivesOwnLink) {
  EXPECT_NE(
      refusal(
          Forgery().frame(FrameKind::data, {link(MemberType::symlink, "a", ".."), file("a/witness", "evil")}).finish()),
      "");
  EXPECT_NE(refusal(Forgery()
                        .frame(FrameKind::data, {link(MemberType::symlink, "a", "..")})
                        .frame(FrameKind::data, {file("a/witness", "evil")})
                        .finish()),
            "");
}

TEST(Hostile, ALinkThatIsThereAlready) {
  const auto leads_out = [](const Tree& tree) { tree.symlink("..", "inner/out"); };
  EXPECT_THAT(refusal(Forgery().frame(FrameKind::data, {file("out/witness", "evil")}).finish(), leads_out),
              HasSubstr("out/witness"));
  EXPECT_NE(refusal(Forgery().frame(FrameKind::data, {file("out/more/witness", "evil")}).finish(), leads_out), "");
  EXPECT_NE(refusal(Forgery().frame(FrameKind::tree, {bare(MemberType::directory, "out/made")}).finish(), leads_out),
            "");
  EXPECT_EQ(refusal(Forgery().frame(FrameKind::tree, {bare(MemberType::deletion, "out/witness")}).finish(), leads_out),
            "")
      << "nothing is there without following the link, so nothing is to be removed";
  const auto is_link = [](const Tree& tree) { tree.symlink("../witness", "inner/file"); };
  EXPECT_EQ(refusal(Forgery().frame(FrameKind::data, {file("file", "replaces the link")}).finish(), is_link), "");
}

TEST(Hostile, HardLinksThatLeadOut) {
  for (const std::string target : {"../witness", "/etc/passwd", "absent", ""}) {
    EXPECT_NE(refusal(Forgery().frame(FrameKind::data, {link(MemberType::hard_link, "a", target)}).finish()), "");
  }
  const auto has_file = [](const Tree& tree) { tree.file("inner/mine", "not the archive's"); };
  EXPECT_THAT(refusal(Forgery().frame(FrameKind::data, {link(MemberType::hard_link, "a", "mine")}).finish(), has_file),
              HasSubstr("no earlier file"));
}

TEST(Hostile, TypesThatNoArchiveHolds) {
  for (const int type : {0, 6, 7, 255}) {
    Forged forged = file("a", "");
    forged.member.type = static_cast<MemberType>(type);
    EXPECT_THAT(refusal(Forgery().frame(FrameKind::data, {forged}).finish()), HasSubstr("is refused"));
  }
  Forged device = file("a", "");
  device.member.mode = 020644;
  EXPECT_THAT(refusal(Forgery().frame(FrameKind::data, {device}).finish()), HasSubstr("mode is refused"));
  Forged attribute = file("a", "");
  attribute.member.xattrs = {{"trusted.overlay.opaque", "y"}};
  EXPECT_THAT(refusal(Forgery().frame(FrameKind::data, {attribute}).finish()), HasSubstr("is refused"));
}

TEST(Hostile, MembersInTheWrongPlaceOrTwice) {
  const Forged a = file("a", "1");
  const Forged b = file("b", "2");
  EXPECT_THAT(refusal(Forgery().frame(FrameKind::data, {b, a}).finish()), HasSubstr("out of order"));
  EXPECT_NE(refusal(Forgery().frame(FrameKind::data, {a, a}).finish()), "");
  EXPECT_NE(refusal(Forgery().frame(FrameKind::data, {a}).frame(FrameKind::data, {a}).finish()), "");
  EXPECT_NE(refusal(Forgery().frame(FrameKind::data, {a, file("a/b", "2")}).finish()), "");
  EXPECT_NE(
      refusal(
          Forgery().frame(FrameKind::tree, {bare(MemberType::directory, "a")}).frame(FrameKind::data, {a}).finish()),
      "");
  EXPECT_NE(refusal(Forgery().frame(FrameKind::data, {bare(MemberType::directory, "a")}).finish()), "");
  EXPECT_NE(refusal(Forgery().frame(FrameKind::tree, {a}).finish()), "");
}

TEST(Hostile, PiecesThatDoNotFit) {
  Forged first = file("a", "12345");
  first.member.size = 10;
  Forged second = first;
  second.offset = 5;
  EXPECT_EQ(refusal(Forgery().frame(FrameKind::data, {first}).frame(FrameKind::data, {second}).finish()), "");
  EXPECT_NE(refusal(Forgery().frame(FrameKind::data, {first}).finish()), "") << "the end is missing";
  EXPECT_NE(refusal(Forgery().frame(FrameKind::data, {first}).frame(FrameKind::data, {first}).finish()), "");
  EXPECT_NE(refusal(Forgery().frame(FrameKind::data, {second}).frame(FrameKind::data, {first}).finish()), "");
  EXPECT_NE(refusal(Forgery().frame(FrameKind::data, {first}).frame(FrameKind::data, {file("b", "")}).finish()), "");
  second.offset = 6;
  EXPECT_NE(refusal(Forgery().frame(FrameKind::data, {first}).frame(FrameKind::data, {second}).finish()), "");
  second.offset = 4;
  EXPECT_NE(refusal(Forgery().frame(FrameKind::data, {first}).frame(FrameKind::data, {second}).finish()), "");
  second.offset = 5;
  second.member.mode = 04755;
  EXPECT_NE(refusal(Forgery().frame(FrameKind::data, {first}).frame(FrameKind::data, {second}).finish()), "")
      << "its metadata differs";
}

TEST(Hostile, RootsAndPathsThatNobodyDeclared) {
  EXPECT_THAT(refusal(Forgery({"elsewhere"}).frame(FrameKind::data, {file("a", "1")}).finish()),
              HasSubstr("elsewhere"));
  Forged forged = file("a", "1");
  forged.member.root = 1;
  EXPECT_NE(refusal(Forgery().frame(FrameKind::data, {forged}).finish()), "");
  forged.member.root = 65535;
  EXPECT_NE(refusal(Forgery().frame(FrameKind::data, {forged}).finish()), "");

  const Tree tree;
  const std::vector<TargetRoot> only{{"root", tree.path(), {"go/pkg", "bin"}}};
  for (const std::string path : {"go/bin", "go", "go/pkgs", "bin.old"}) {
    EXPECT_FALSE(extracted(Forgery().frame(FrameKind::data, {file(path, "x")}).finish(), only)) << path;
  }
  for (const std::string path : {"go/pkg/mod/x", "bin"}) {
    EXPECT_TRUE(extracted(Forgery().frame(FrameKind::data, {file(path, "x")}).finish(), only)) << path;
  }
}

TEST(Hostile, AManifestAboutOtherMembers) {
  Forgery forgery;
  forgery.frame(FrameKind::data, {file("a", "1")});
  std::string manifest;
  std::string record;
  Forged other = file("a", "1");
  other.member.mode = 0600;
  encode(other.member, record);
  encode_manifest_entry(record, {}, manifest);
  Forgery second;
  EXPECT_NE(refusal(second.frame(FrameKind::data, {file("a", "1")}).frame(FrameKind::manifest, manifest).finish()), "");
}

TEST(Hostile, FramesThatPromiseMoreThanTheyMay) {
  MemorySource nothing("");
  FrameHeader header{.kind = FrameKind::head, .compressed_size = 10, .raw_size = 0xFFFFFFFF};
  EXPECT_FALSE(decode_frame_header(encode(header)));
  header = {.kind = FrameKind::head, .compressed_size = 0xFFFFFFFF, .raw_size = 10};
  EXPECT_FALSE(decode_frame_header(encode(header)));
  // A frame of 16 MiB of zeros in a few hundred bytes whose header says that it holds 100.
  FrameSealer sealer(fixed_level(1));
  const auto sealed = sealer.seal(FrameKind::data, 0, std::string(kFrameRawLimit, '\0'));
  auto lying = decode_frame_header(std::string_view(*sealed).substr(0, kFrameHeaderSize));
  lying->raw_size = 100;
  const std::string compressed = sealed->substr(kFrameHeaderSize);
  base::Sha256 digest;
  digest.update(frame_prefix(*lying));
  digest.update(compressed);
  lying->digest = digest.finish();
  EXPECT_THAT(FrameOpener().open({*lying, compressed}).error().message, HasSubstr("not of the size"));
}

TEST(Hostile, MoreMembersOrBytesThanTheCallerAllows) {
  const std::string archive = Forgery().frame(FrameKind::data, {file("a", "12"), file("b", "34")}).finish();
  for (const auto& [members, bytes] : {std::pair{1U, 100U}, std::pair{100U, 3U}}) {
    const Tree tree;
    MemorySource source(archive);
    ArchiveReader reader(source);
    ASSERT_TRUE(reader.read_head());
    ExtractOptions options;
    options.most_members = members;
    options.most_content_bytes = bytes;
    const auto summary = reader.extract({tree.target()}, options);
    ASSERT_FALSE(summary);
    EXPECT_THAT(summary.error().message, HasSubstr("more than"));
  }
}

}  // namespace
}  // namespace ci::archive
