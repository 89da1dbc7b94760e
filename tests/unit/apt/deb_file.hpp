#pragma once
// Makes .deb archives with the real dpkg-deb.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "platform/filesystem.hpp"

namespace ci::test {

// Makes `folder`/NAME_1_all.deb with `bytes` of contents that hardly compress and `fields`, whole lines, in its control
// data. Returns its path.
inline std::filesystem::path make_deb(const std::filesystem::path& folder, const std::string& name,
                                      const std::string& compression, std::size_t bytes,
                                      const std::string& fields = {}) {
  const auto tree = folder / (name + ".tree");
  std::filesystem::create_directories(tree / "DEBIAN");
  std::filesystem::create_directories(tree / "usr/share" / name);
  EXPECT_TRUE(platform::write_file(tree / "DEBIAN/control",
                                   "Package: " + name + "\nVersion: 1\nArchitecture: all\nMaintainer: a <a@b.c>\n" +
                                       fields + "Description: test\n more of it\n"));
  std::string contents;
  for (std::uint32_t state = 1; contents.size() < bytes;) {
    state = state * 1664525 + 1013904223;
    contents += std::to_string(state);
  }
  EXPECT_TRUE(platform::write_file(tree / "usr/share" / name / "data", contents + name));
  const auto deb = folder / (name + "_1_all.deb");
  const std::string command = "dpkg-deb -Z" + compression + " -z1 --root-owner-group --build " + tree.string() + " " +
                              deb.string() + " >/dev/null";
  EXPECT_EQ(std::system(command.c_str()), 0);
  std::filesystem::remove_all(tree);
  return deb;
}

// What a shell command prints.
inline std::string printed_by(const std::string& command) {
  FILE* pipe = ::popen(command.c_str(), "r");
  std::string text;
  for (int letter = std::fgetc(pipe); letter != EOF; letter = std::fgetc(pipe)) text += static_cast<char>(letter);
  EXPECT_EQ(::pclose(pipe), 0) << command;
  return text;
}

}  // namespace ci::test
