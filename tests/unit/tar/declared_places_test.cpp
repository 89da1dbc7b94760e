#include "tar/declared_places.hpp"

#include <gtest/gtest.h>

namespace ci::tar {
namespace {

const DeclaredPlaces& places() {
  static const DeclaredPlaces declared(
      "/home/u/work/repo",
      {{"", "/home/u", {".cache/go-build", "go/pkg"}}, {"", "/home/u/work/repo/", {}}, {"", "/opt", {"tools"}}});
  return declared;
}

// "ROOT PATH", or "" for a refusal.
std::string place(std::string_view name) {
  const auto found = places().place_of(name);
  return found ? std::to_string(found->root) + " " + found->path : "";
}

TEST(DeclaredPlaces, NamesAreRelativeToTheWorkspaceOrAbsolute) {
  EXPECT_EQ(place("build/x"), "1 build/x");
  EXPECT_EQ(place("./build//x/"), "1 build/x");
  EXPECT_EQ(place("./"), "1 ");
  EXPECT_EQ(place("../../.cache/go-build"), "0 .cache/go-build");
  EXPECT_EQ(place("../../.cache/go-build/00/a"), "0 .cache/go-build/00/a");
  EXPECT_EQ(place("/home/u/go/pkg/mod"), "0 go/pkg/mod");
  EXPECT_EQ(place("../../../../opt/tools/t"), "2 tools/t");
}

TEST(DeclaredPlaces, WhatNobodyDeclaredIsRefused) {
  for (const std::string_view name :
       {"../../.ssh/id", "../../.cache/go-build2/x", "../../.cache", "../..", "/etc/passwd", "/opt/other",
        "../../../u/x", "../../../../../../../etc/passwd", "", "/"}) {
    EXPECT_EQ(place(name), "") << name;
  }
}

TEST(DeclaredPlaces, DotsAfterANameAreRefused) {
  // A link could have the name: the kernel and a reader of the text would then disagree.
  EXPECT_EQ(place("build/../x"), "");
  EXPECT_EQ(place("/home/u/work/repo/../repo/x"), "");
  EXPECT_EQ(place(std::string_view("a\0b", 3)), "");
}

TEST(DeclaredPlaces, TheRootOfTheFileSystemMayBeTheWorkspace) {
  const DeclaredPlaces declared("/", {{"", "/", {"data"}}});
  EXPECT_EQ(declared.place_of("data/x")->path, "data/x");
  EXPECT_FALSE(declared.place_of("other"));
}

}  // namespace
}  // namespace ci::tar
