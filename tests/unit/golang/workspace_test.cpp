#include "golang/workspace.hpp"

#include <gmock/gmock.h>

#include "cache/tree.hpp"

namespace ci::golang {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class WorkspaceTest : public test::TreeTest {
 protected:
  static std::vector<std::string> part_names(const Workspace& workspace) {
    std::vector<std::string> names;
    for (const auto& part : workspace.files) names.push_back(part.name);
    return names;
  }
  static std::vector<std::string> folder_names(const Workspace& workspace) {
    std::vector<std::string> names;
    for (const auto& folder : workspace.folders) names.push_back(folder.name);
    return names;
  }
};

TEST_F(WorkspaceTest, AModuleIsFoundFromBelowByItsFolderAndByItsGoMod) {
  write("src/go.mod", "module m\n");
  write("src/a/b/x.go");
  const auto module = std::filesystem::path(root()) / "src";
  EXPECT_EQ(find_module("", module / "a/b").value(), module);
  EXPECT_EQ(find_module("src", root()).value(), module);
  EXPECT_EQ(find_module("src/go.mod", root()).value(), module);
  EXPECT_EQ(find_module("src/a", root()).error().kind, base::ErrorKind::data);
  EXPECT_EQ(find_module("missing", root()).error().kind, base::ErrorKind::data);
}

TEST_F(WorkspaceTest, AModuleIsItsGoModAndGoSum) {
  write("go.mod", "module m\ngo 1.22\nrequire golang.org/x/net v0.30.0\n");
  auto workspace = read_workspace(root(), "").value();
  EXPECT_THAT(part_names(workspace), ElementsAre("go.mod", "go.sum"));
  EXPECT_THAT(workspace.files[0].facts, ElementsAre(key::Fact{"golang.org/x/net", "v0.30.0"}));
  EXPECT_EQ(workspace.files[1].value, "none");
  EXPECT_EQ(workspace.go, "1.22");
  write("go.sum", "golang.org/x/net v0.30.0 h1:x=\n");
  EXPECT_EQ(read_workspace(root(), "").value().files[1].value.size(), 64U);
}

TEST_F(WorkspaceTest, FoldersThatReplaceModulesBelongToIt) {
  write("app/go.mod", "module app\nreplace lib.test/l => ../lib\nreplace gone.test/g => ../gone\n");
  write("lib/go.mod", "module lib\nreplace app.test/a => ../app\n");
  const auto workspace = read_workspace(std::filesystem::path(root()) / "app", "").value();
  EXPECT_THAT(folder_names(workspace), ElementsAre("", "../lib/"));
  EXPECT_THAT(part_names(workspace), ElementsAre("go.mod", "go.sum", "../lib/go.mod", "../lib/go.sum"));
}

TEST_F(WorkspaceTest, AWorkspaceIsAllItsModules) {
  write("go.work", "go 1.23\ntoolchain go1.23.2\nuse (\n ./a\n ./b\n)\n");
  write("a/go.mod", "module a\ngo 1.21\n");
  write("b/go.mod", "module b\n");
  const auto workspace = read_workspace(root() + "/a", root() + "/go.work").value();
  EXPECT_THAT(folder_names(workspace), ElementsAre("", "../b/"));
  EXPECT_THAT(part_names(workspace),
              ElementsAre("go.mod", "go.sum", "go.work", "../b/go.mod", "../b/go.sum", "go.work.sum"));
  EXPECT_EQ(workspace.go, "1.23");
  EXPECT_EQ(workspace.toolchain, "go1.23.2");
}

TEST_F(WorkspaceTest, InTheToolchainsOwnTreeTheStandardLibraryBelongsToIt) {
  write("src/go.mod", "module std\n");
  write("src/cmd/go.mod", "module cmd\n");
  write("srcs/go.mod", "module m\n");
  const std::filesystem::path goroot = root();
  EXPECT_THAT(folder_names(read_workspace(goroot / "src/cmd", "", goroot).value()), ElementsAre("", "../"));
  EXPECT_THAT(folder_names(read_workspace(goroot / "src", "", goroot).value()), ElementsAre(""));
  EXPECT_THAT(folder_names(read_workspace(goroot / "srcs", "", goroot).value()), ElementsAre(""));
  EXPECT_THAT(folder_names(read_workspace(goroot / "src/cmd", "", goroot / "missing").value()), ElementsAre(""));
}

TEST_F(WorkspaceTest, WhatIsMalformedIsNamed) {
  write("go.mod", "module m\nrequire (\n");
  EXPECT_THAT(read_workspace(root(), "").error().message, HasSubstr("go.mod:2"));
  write("go.mod", "module m\n");
  write("go.sum", "nonsense\n");
  EXPECT_THAT(read_workspace(root(), "").error().message, HasSubstr("go.sum:1"));
  write("go.sum", "");
  write("go.work", "use ./missing\n");
  EXPECT_THAT(read_workspace(root(), root() + "/go.work").error().message, HasSubstr("go.work: there is no go.mod"));
}

}  // namespace
}  // namespace ci::golang
