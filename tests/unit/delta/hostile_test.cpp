// Crafted archives that are restored: nothing outside of the root is changed, and dpkg is told of nothing.
#include <gmock/gmock.h>

#include "archive/byte_stream.hpp"
#include "archive/forgery.hpp"
#include "delta/label.hpp"
#include "delta/restore.hpp"
#include "delta/tree.hpp"
#include "delta/unfinished_restore.hpp"
#include "platform/filesystem.hpp"

namespace {

using namespace ci;
using namespace ci::delta;
using archive::bare;
using archive::file;
using archive::Forged;
using archive::Forgery;
using archive::FrameKind;
using archive::link;
using archive::MemberType;
using ci::test::Tree;
using testing::HasSubstr;

constexpr char kStatus[] = "Package: evil\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n";

Forgery forgery(Label label = {}) {
  label.fingerprint = "base";
  return Forgery({"root", "status"}, encode(label).value());
}

Forged new_status() {
  auto status = file("status", kStatus);
  status.member.root = 1;
  return status;
}

// Restores below `root` of a tree that has a witness beside it. Returns the message of the error; "" for a success.
std::string refusal(const std::string& archive, const std::function<void(const Tree&)>& prepare = {}) {
  const Tree tree;
  tree.write("/witness", "as it was");
  tree.write("/root/var/lib/dpkg/status", "as it was");
  tree.write("/root/etc/old", "1");
  if (prepare) prepare(tree);
  archive::MemorySource source(archive);
  const auto restored = restore(tree.root() / "root", {"base"}, source);
  EXPECT_EQ(*platform::read_file(tree.at("/witness")), "as it was");
  const auto status = *platform::read_file(tree.at("/root/var/lib/dpkg/status"));
  EXPECT_EQ(status, restored ? kStatus : "as it was");
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(tree.root())) names.push_back(entry.path().filename());
  EXPECT_THAT(names, testing::UnorderedElementsAre("root", "var", "witness"));
  if (restored) return "";
  EXPECT_TRUE(std::filesystem::exists(tree.at("/root/etc/old"))) << "deletions come when all is verified";
  return restored.error().message;
}

TEST(HostileDelta, TheForgeryItselfIsGood) {
  EXPECT_EQ(refusal(forgery()
                        .frame(FrameKind::tree, {bare(MemberType::deletion, "etc/old")})
                        .frame(FrameKind::data, {file("usr/bin/a", "1"), new_status()})
                        .finish()),
            "");
}

TEST(HostileDelta, PathsAndLinksThatLeadOut) {
  for (const std::string path : {"/witness", "../witness", "usr/../../witness", "..", "usr//a"}) {
    EXPECT_THAT(refusal(forgery()
                            .frame(FrameKind::tree, {bare(MemberType::deletion, "etc/old")})
                            .frame(FrameKind::data, {file(path, "evil"), new_status()})
                            .finish()),
                HasSubstr("refused"))
        << path;
    EXPECT_NE(refusal(forgery()
                          .frame(FrameKind::tree, {bare(MemberType::deletion, path)})
                          .frame(FrameKind::data, {new_status()})
                          .finish()),
              "")
        << path;
  }
  EXPECT_NE(refusal(forgery()
                        .frame(FrameKind::data, {link(MemberType::symlink, "out", "..")})
                        .frame(FrameKind::data, {file("out/witness", "evil"), new_status()})
                        .finish()),
            "");
  const auto leads_out = [](const Tree& tree) { tree.link("..", "/root/out"); };
  EXPECT_NE(refusal(forgery().frame(FrameKind::data, {file("out/witness", "evil"), new_status()}).finish(), leads_out),
            "");
  EXPECT_NE(
      refusal(
          forgery().frame(FrameKind::data, {link(MemberType::hard_link, "own", "../witness"), new_status()}).finish()),
      "");
}

TEST(HostileDelta, DevicesAndModesBeyondPermissions) {
  for (const unsigned mode : {020666U, 060666U, 010644U, 0100000U}) {
    auto device = file("dev/x", "");
    device.member.mode = static_cast<std::uint16_t>(mode);
    EXPECT_THAT(refusal(forgery().frame(FrameKind::data, {device, new_status()}).finish()), HasSubstr("refused"));
  }
  for (const int type : {0, 6, 200}) {
    auto unknown = file("dev/x", "");
    unknown.member.type = static_cast<MemberType>(type);
    EXPECT_THAT(refusal(forgery().frame(FrameKind::data, {unknown, new_status()}).finish()), HasSubstr("refused"));
  }
}

TEST(HostileDelta, ASetuidBitThatTheManifestDoesNotHave) {
  auto placed = file("usr/bin/a", "1");
  placed.claimed = placed.member;
  placed.member.mode = 04755;
  EXPECT_THAT(refusal(forgery().frame(FrameKind::data, {placed, new_status()}).finish()), HasSubstr("damaged"));
}

TEST(HostileDelta, TheStatusFolderHoldsTheStatusAlone) {
  auto other = new_status();
  other.member.path = "info/evil.postinst";
  EXPECT_THAT(refusal(forgery().frame(FrameKind::data, {other, new_status()}).finish()),
              HasSubstr("outside of what was asked for"));
  EXPECT_NE(refusal(forgery().frame(FrameKind::data, {file("usr/bin/a", "1")}).finish()), "")
      << "an archive without a status file installs nothing";
}

TEST(HostileDelta, CommandsOfItsOwn) {
  Label label;
  label.replay = {{"sh", "-c", "touch /tmp/evil"}};
  EXPECT_THAT(refusal(forgery(label).frame(FrameKind::data, {new_status()}).finish()),
              HasSubstr("a command that is not ours"));
}

TEST(HostileDelta, FilesWithoutEnd) {
  // Pieces of 16 MiB of zeros, a few hundred bytes each, that claim to be a file of 1 EiB.
  auto piece = file("usr/zeros", std::string(archive::kFrameRawLimit / 2, '\0'));
  piece.member.size = std::uint64_t{1} << 60;
  EXPECT_NE(refusal(forgery().frame(FrameKind::data, {piece}).frame(FrameKind::data, {new_status()}).finish()), "");
}

}  // namespace
