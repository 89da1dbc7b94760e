#pragma once
// Tar archives made by hand or by GNU tar, and their extraction.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "archive/tree.hpp"
#include "tar/extraction.hpp"
#include "tar/header.hpp"
#include "tar/pax.hpp"
#include "tar/writer.hpp"

namespace ci::tar {

using archive::Tree;

// A member whose header is right, whatever it says.
inline std::string member(const Header& header, std::string_view contents = {}) {
  Header sized = header;
  if (sized.size == 0) sized.size = contents.size();
  return encode_header(sized) + std::string(contents) + std::string(padding_after(contents.size()), '\0');
}

inline std::string file(const std::string& name, std::string_view contents) {
  return member({.name = name, .mode = 0644, .mtime = 1000}, contents);
}

inline std::string link(char type, const std::string& name, const std::string& target) {
  return member({.name = name, .link = target, .type = type, .mode = 0777});
}

inline std::string folder(const std::string& name, std::uint32_t mode = 0755) {
  return member({.name = name, .type = kDirectory, .mode = mode, .mtime = 1000});
}

inline std::string end() {
  return std::string(2 * kBlock, '\0');
}

// Runs a shell line, at most a minute of it. Returns whether it succeeded.
inline bool shell(const std::string& line) {
  return std::system(fmt::format("timeout 60 sh -ec '{}'", line).c_str()) == 0;
}

inline base::Result<ExtractSummary> extracted(std::string_view bytes, const std::filesystem::path& workspace,
                                              const std::vector<archive::TargetRoot>& targets,
                                              const ExtractOptions& options = {}) {
  archive::MemorySource source(bytes);
  return extract_tar(source, workspace, targets, options);
}

// Extracts an archive of the tree's own folder.
inline base::Result<ExtractSummary> extracted(std::string_view bytes, const Tree& tree,
                                              const ExtractOptions& options = {}) {
  return extracted(bytes, tree.path(), {tree.target()}, options);
}

inline base::Result<std::string> written(const std::filesystem::path& workspace,
                                         const std::vector<archive::SourceRoot>& roots,
                                         const WriteOptions& options = {}) {
  test::MemorySink sink;
  auto summary = write_tar(sink, workspace, roots, options);
  if (!summary) return base::fail(summary.error());
  EXPECT_EQ(summary->archive_bytes, sink.contents.size());
  return std::move(sink.contents);
}

// A tree with everything that a cache may hold.
inline void fill(const Tree& tree) {
  tree.folder("data/empty");
  tree.file("data/a file", "contents");
  tree.file("data/nothing", "");
  tree.file("data/program", archive::noise(700'000), 0755);
  tree.file("data/large", archive::noise(5'000'001, 2), 0600);
  tree.file("data/block", archive::noise(512, 3));
  tree.file("data/" + std::string(90, 'd') + "/" + std::string(200, 'n'), "long");
  tree.file("data/no\nline \xC3\xA4", "odd name");
  tree.symlink(std::string(150, 't'), "data/link");
  tree.symlink("a file", "data/short link");
  tree.file("data/read-only/inner", "x", 0444);
  std::filesystem::create_hard_link(tree.at("data/program"), tree.at("data/same program"));
  for (const std::string name : {"data/a file", "data/link", "data/large", "data/empty"}) {
    tree.mtime(name, 1'600'000'000, 123'456'789);
  }
  tree.mtime("data/nothing", -5, 500'000'000);
  tree.mtime("data/read-only", 1'500'000'000, 0);
  ASSERT_EQ(::chmod(tree.at("data/read-only").c_str(), 0555), 0);
}

// Without owners, which only root gives back.
inline ExtractOptions comparing_contents() {
  ExtractOptions options;
  options.place.existing = archive::Existing::compare_contents;
  return options;
}

}  // namespace ci::tar
