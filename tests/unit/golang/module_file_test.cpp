#include "golang/module_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ci::golang {
namespace {

using testing::ElementsAre;
using testing::StartsWith;

TEST(ModuleFile, IsReadWithBlocksCommentsAndStrings) {
  const auto file = read_module_file(
                        "// a comment\n"
                        "module \"example.test/m\" // another\n"
                        "\r\n"
                        "go 1.22\n"
                        "toolchain go1.22.3\n"
                        "require (\n"
                        "\tgolang.org/x/net v0.30.0\n"
                        "\tgolang.org/x/text v0.19.0 // indirect\n"
                        ")\n"
                        "require a.test/b v1.0.0\n"
                        "exclude ()\n"
                        "retract [v1.0.0, v1.1.0]\n"
                        "replace (\n"
                        "  old.test/a v1.0.0 => ../local\n"
                        "  old.test/b => `./b`\n"
                        "  old.test/c => new.test/c v1.2.3\n"
                        ")\n"
                        "somethingnew of 2030\n",
                        "go.mod")
                        .value();
  EXPECT_EQ(file.module, "example.test/m");
  EXPECT_EQ(file.go, "1.22");
  EXPECT_EQ(file.toolchain, "go1.22.3");
  ASSERT_EQ(file.required.size(), 3U);
  EXPECT_EQ(file.required[1].path, "golang.org/x/text");
  EXPECT_EQ(file.required[1].version, "v0.19.0");
  EXPECT_THAT(file.folders, ElementsAre("../local", "./b"));
}

TEST(ModuleFile, OfAWorkspaceNamesItsFolders) {
  const auto file = read_module_file("go 1.22\nuse ./a\nuse (\n ./b\n .\n)\n", "go.work").value();
  EXPECT_THAT(file.folders, ElementsAre("./a", "./b", "."));
}

TEST(ModuleFile, AMistakeIsNamedWithItsLine) {
  const auto message = [](const char* text) {
    const auto file = read_module_file(text, "go.mod");
    if (file) return std::string("no error");
    EXPECT_EQ(file.error().kind, base::ErrorKind::data);
    return file.error().message;
  };
  EXPECT_THAT(message("module m\nrequire (\n a v1\n"), StartsWith("go.mod:2: "));
  EXPECT_THAT(message("module \"m\n"), StartsWith("go.mod:1: "));
  EXPECT_THAT(message("module m\n\nrequire a\n"), StartsWith("go.mod:3: "));
  EXPECT_THAT(message("replace a b c d\n"), StartsWith("go.mod:1: "));
  EXPECT_THAT(message("replace a v1 =>\n"), StartsWith("go.mod:1: "));
  EXPECT_THAT(message(")\n"), StartsWith("go.mod:1: "));
  EXPECT_THAT(message("require (\n) x\n"), StartsWith("go.mod:2: "));
  EXPECT_THAT(message("module \xE9\n"), StartsWith("go.mod:1: "));
  EXPECT_THAT(message("module\n"), StartsWith("go.mod:1: "));
}

TEST(ModuleFile, AnEmptyOneSaysNothing) {
  EXPECT_EQ(read_module_file("", "go.mod").value().module, "");
}

}  // namespace
}  // namespace ci::golang
