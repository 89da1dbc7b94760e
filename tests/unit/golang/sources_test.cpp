#include "golang/sources.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "base/digest.hpp"
#include "cache/tree.hpp"
#include "fakes/fake_platform.hpp"

namespace ci::golang {
namespace {

using testing::Contains;
using testing::Not;
using testing::UnorderedElementsAre;

class SourcesTest : public test::TreeTest {
 protected:
  std::vector<std::string> names(CSources c_sources = CSources::leave_out) {
    std::vector<std::string> names;
    const auto files = source_files({{"", root()}}, c_sources, fakes_.seams()).value();
    for (const auto& file : files) names.push_back(file.name);
    return names;
  }
  test::FakePlatform fakes_;
};

TEST_F(SourcesTest, AreWhatTheGoCommandReads) {
  for (const char* file : {"go.mod", "main.go", "main_test.go", "asm_amd64.s", "rsrc.syso", "README.md", ".hidden.go",
                           "_old.go", ".git/x.go", "cmd/tool/tool.go", "testdata/t.go", "vendor/v.test/v/v.go",
                           "vendor/modules.txt", "modules.txt", "c.c", "c.h"}) {
    write(file);
  }
  EXPECT_THAT(names(), UnorderedElementsAre("main.go", "main_test.go", "asm_amd64.s", "rsrc.syso", "cmd/tool/tool.go",
                                            "testdata/t.go", "vendor/v.test/v/v.go", "vendor/modules.txt"));
  const auto with_c = names(CSources::take);
  EXPECT_THAT(with_c, Contains("c.c"));
  EXPECT_THAT(with_c, Contains("c.h"));
}

TEST_F(SourcesTest, AModuleBelowIsNoPart) {
  write("main.go");
  write("tools/go.mod");
  write("tools/tool.go");
  EXPECT_THAT(names(), UnorderedElementsAre("main.go"));
}

TEST_F(SourcesTest, WhatIsEmbeddedIsAPartOnce) {
  write("main.go", "package main\n//go:embed static static/a.txt main.go\n");
  write("static/a.txt");
  EXPECT_THAT(names(), UnorderedElementsAre("main.go", "static/a.txt"));
}

TEST_F(SourcesTest, FilesThatAreCalledAlikeInTwoFoldersAreTwo) {
  write("a/x.go", "1");
  write("b/x.go", "2");
  const auto files =
      source_files({{"", root() + "/a"}, {"../b/", root() + "/b"}}, CSources::leave_out, fakes_.seams()).value();
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[0].name, "x.go");
  EXPECT_EQ(files[0].value, base::hex(base::sha256("1")));
  EXPECT_EQ(files[1].name, "../b/x.go");
}

TEST_F(SourcesTest, ALinkIsWhatItLeadsTo) {
  write("real.go", "1");
  write("folder/x.go");
  link("link.go", "real.go");
  link("broken.go", "nowhere");
  link("other", "folder");
  link("folder.go", "folder");
  link("loop.go", "loop.go");
  const auto files = source_files({{"", root()}}, CSources::leave_out, fakes_.seams()).value();
  std::map<std::string, std::string> by_name;
  for (const auto& [name, digest] : files) by_name[name] = digest;
  EXPECT_EQ(by_name.size(), 5U);
  EXPECT_EQ(by_name["link.go"], by_name["real.go"]);
  EXPECT_EQ(by_name["broken.go"], "leads nowhere");
  EXPECT_EQ(by_name["loop.go"], "leads nowhere");
}

TEST_F(SourcesTest, APipeIsNotWaitedFor) {
  write("a.go");
  ASSERT_EQ(::mkfifo((root() + "/pipe.go").c_str(), 0600), 0);
  EXPECT_THAT(names(), UnorderedElementsAre("a.go"));
}

TEST_F(SourcesTest, NamesMayBeAnyBytes) {
  write("\xE9.go");
  write("a b\n.go");
  EXPECT_THAT(names(), UnorderedElementsAre("\xE9.go", "a b\n.go"));
}

TEST_F(SourcesTest, AFolderThatIsNotThereIsAnError) {
  const auto files = source_files({{"", root() + "/missing"}}, CSources::leave_out, fakes_.seams());
  ASSERT_FALSE(files.has_value());
  EXPECT_EQ(files.error().kind, base::ErrorKind::io);
}

TEST_F(SourcesTest, CancellationIsNoKey) {
  write("a.go");
  fakes_.cancellation.raise();
  EXPECT_EQ(source_files({{"", root()}}, CSources::leave_out, fakes_.seams()).error().kind, base::ErrorKind::cancelled);
}

}  // namespace
}  // namespace ci::golang
