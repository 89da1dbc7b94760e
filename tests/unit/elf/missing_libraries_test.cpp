#include "elf/missing_libraries.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <array>
#include <fstream>

#include "elf/elf_builder.hpp"
#include "elf/elf_file.hpp"
#include "elf/library_cache.hpp"
#include "platform/filesystem.hpp"

namespace {

using namespace ci;
using ci::test::elf32;
using ci::test::elf64;
using ci::test::ElfParts;
using testing::ElementsAre;
using testing::IsEmpty;

class Root {
 public:
  Root() : folder_(platform::TemporaryFolder::make(std::filesystem::temp_directory_path(), "ci-elf-").value()) {}
  void file(const std::string& path, const std::string& bytes) const {
    std::filesystem::create_directories(at(path).parent_path());
    std::ofstream(at(path), std::ios::binary) << bytes;
  }
  void link(const std::string& target, const std::string& path) const {
    std::filesystem::create_directories(at(path).parent_path());
    std::filesystem::create_symlink(target, at(path));
  }
  [[nodiscard]] std::vector<std::string> missing(const std::vector<std::string>& paths) const {
    const auto found = elf::find_missing_libraries(folder_.path(), paths);
    EXPECT_TRUE(found) << found.error().message;
    std::vector<std::string> words;
    for (const auto& one : *found) words.push_back(one.object + " " + one.library);
    return words;
  }
  [[nodiscard]] std::filesystem::path at(const std::string& path) const { return folder_.path().string() + path; }

 private:
  platform::TemporaryFolder folder_;
};

constexpr char kLoader[] = "/lib64/ld-linux-x86-64.so.2";

// A program that needs liba, which needs libb: the first in the cache, the second in a default folder.
void make_program(const Root& root) {
  root.file(kLoader, elf64({.soname = "ld-linux-x86-64.so.2"}));
  root.file("/usr/bin/tool", elf64({.needed = {"liba.so.1"}, .interpreter = kLoader}));
  root.file("/opt/a/liba.so.1.2", elf64({.needed = {"libb.so.1"}, .soname = "liba.so.1"}));
  root.link("/opt/a/liba.so.1.2", "/opt/a/liba.so.1");
  root.file("/usr/lib/x86_64-linux-gnu/libb.so.1", elf64({.soname = "libb.so.1"}));
  root.link("usr/lib", "/lib");
  root.file("/etc/ld.so.cache", test::library_cache({{"liba.so.1", "/opt/a/liba.so.1"}}));
}

TEST(MissingLibraries, NoneWhereAllAreInTheCacheAndTheDefaultFolders) {
  const Root root;
  make_program(root);
  EXPECT_THAT(root.missing({"/usr/bin/tool", "/opt/a/liba.so.1.2"}), IsEmpty());
}

TEST(MissingLibraries, NamesWhoNeedsWhat) {
  const Root root;
  make_program(root);
  std::filesystem::remove(root.at("/usr/lib/x86_64-linux-gnu/libb.so.1"));
  EXPECT_THAT(root.missing({"/usr/bin/tool"}), ElementsAre("/opt/a/liba.so.1 libb.so.1"));
  std::filesystem::remove(root.at("/opt/a/liba.so.1.2"));
  std::filesystem::remove(root.at(kLoader));
  EXPECT_THAT(root.missing({"/usr/bin/tool"}),
              ElementsAre(std::string("/usr/bin/tool ") + kLoader, "/usr/bin/tool liba.so.1"));
}

TEST(MissingLibraries, OneThatTheCacheDoesNotNameIsNotFoundInAFolderOfItsOwn) {
  const Root root;
  make_program(root);
  root.file("/etc/ld.so.cache", test::library_cache({}));
  EXPECT_THAT(root.missing({"/usr/bin/tool"}), ElementsAre("/usr/bin/tool liba.so.1"));
}

TEST(MissingLibraries, AnotherClassOrArchitectureIsNoLibraryOfThisProgram) {
  const Root root;
  make_program(root);
  root.file("/usr/lib/x86_64-linux-gnu/libb.so.1", elf32({.soname = "libb.so.1", .machine = EM_386}));
  EXPECT_THAT(root.missing({"/usr/bin/tool"}), ElementsAre("/opt/a/liba.so.1 libb.so.1"));
  root.file("/usr/lib/x86_64-linux-gnu/libb.so.1", elf64({.soname = "libb.so.1", .machine = EM_AARCH64}));
  EXPECT_THAT(root.missing({"/usr/bin/tool"}), ElementsAre("/opt/a/liba.so.1 libb.so.1"));
  root.file("/usr/lib/i386-linux-gnu/libb.so.1", elf32({.machine = EM_386}));
  root.file("/opt/old", elf32({.needed = {"libb.so.1"}, .machine = EM_386}));
  EXPECT_THAT(root.missing({"/opt/old"}), IsEmpty());
}

TEST(MissingLibraries, FollowsRpathOfWhoLoadsAndRunpathOfTheFileAlone) {
  const Root root;
  root.file("/opt/x/private/libp.so", elf64({.needed = {"libq.so"}}));
  root.file("/opt/x/private/libq.so", elf64({}));
  root.file("/opt/x/bin/rpath", elf64({.needed = {"libp.so"}, .rpath = "/nowhere:$ORIGIN/../private"}));
  root.file("/opt/x/bin/runpath", elf64({.needed = {"libp.so"}, .runpath = "${ORIGIN}/../private"}));
  EXPECT_THAT(root.missing({"/opt/x/bin/rpath"}), IsEmpty());
  EXPECT_THAT(root.missing({"/opt/x/bin/runpath"}), ElementsAre("/opt/x/bin/../private/libp.so libq.so"));
  root.file("/opt/x/bin/both", elf64({.needed = {"libq.so"}, .rpath = "$ORIGIN/../private", .runpath = "/nowhere"}));
  EXPECT_THAT(root.missing({"/opt/x/bin/both"}), ElementsAre("/opt/x/bin/both libq.so"));
}

TEST(MissingLibraries, WhatIsLoadedAlreadyUnderThatNameIsFound) {
  const Root root;
  root.file("/opt/x/libp-1.so", elf64({.soname = "libp.so.1"}));
  root.file("/opt/x/libr.so", elf64({.needed = {"libp.so.1"}}));
  root.file("/opt/x/tool", elf64({.needed = {"/opt/x/libp-1.so", "/opt/x/libr.so"}}));
  EXPECT_THAT(root.missing({"/opt/x/tool"}), IsEmpty());
  EXPECT_THAT(root.missing({"/opt/x/libr.so"}), ElementsAre("/opt/x/libr.so libp.so.1"));
}

TEST(MissingLibraries, PassesOverWhatIsNoElfFile) {
  const Root root;
  root.file("/a", "#!/bin/sh\n");
  root.file("/b", "");
  root.link("/nowhere", "/c");
  root.link("/../../../../etc/passwd", "/d");
  EXPECT_THAT(root.missing({"/a", "/b", "/c", "/d", "/e"}), IsEmpty());
}

TEST(MissingLibraries, AreNoneForThisProgramOnThisMachine) {
  std::array<char, 4096> own{};
  ASSERT_GT(::readlink("/proc/self/exe", own.data(), own.size() - 1), 0);
  const auto found = elf::find_missing_libraries("/", {own.data(), "/bin/sh"});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_THAT(*found, IsEmpty());
  const Root empty;  // the same program where there is nothing
  std::filesystem::create_directories(empty.at("/bin"));
  std::filesystem::copy_file(own.data(), empty.at("/bin/tool"));
  EXPECT_THAT(empty.missing({"/bin/tool"}), testing::Contains("/bin/tool libc.so.6"));
}

TEST(ElfFile, IsNotBelieved) {
  const Root root;
  const auto whole =
      elf64({.needed = {"liba.so.1"}, .soname = "s", .rpath = "r", .runpath = "u", .interpreter = kLoader});
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const int change : {1, 0x80, 0xFF}) {
      std::string bytes = whole;
      bytes[at] = static_cast<char>(bytes[at] ^ change);
      root.file("/flipped", bytes);
      EXPECT_LE(root.missing({"/flipped"}).size(), 4U) << at;
    }
    root.file("/cut", whole.substr(0, at));
    EXPECT_LE(root.missing({"/cut"}).size(), 2U) << at;
  }
}

TEST(LibraryCache, IsFoundBehindTheOlderFormatAndNotBelieved) {
  const auto cache = test::library_cache({{"liba.so.1", "/opt/liba.so.1"}, {"liba.so.1", "/opt/32/liba.so.1"}});
  const auto read = elf::read_library_cache("ld.so-1.7.0" + std::string(21, '\0') + cache);
  EXPECT_THAT(read.at("liba.so.1"), ElementsAre("/opt/liba.so.1", "/opt/32/liba.so.1"));
  for (std::size_t at = 0; at < cache.size(); ++at) {
    EXPECT_LE(elf::read_library_cache(cache.substr(0, at)).size(), 1U);
    std::string bytes = cache;
    bytes[at] = static_cast<char>(bytes[at] ^ 0xFF);
    EXPECT_LE(elf::read_library_cache(bytes).size(), 2U);
  }
}

}  // namespace
