#pragma once
// Small trees on the real file system, and archives of them in memory.
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "archive/reader.hpp"
#include "archive/writer.hpp"
#include "base/digest.hpp"
#include "fakes/memory_sink.hpp"
#include "platform/filesystem.hpp"

namespace ci::archive {

// Bytes that zstd cannot shrink, the same for the same `seed`.
inline std::string noise(std::size_t size, std::uint64_t seed = 1) {
  std::string bytes(size, '\0');
  for (char& byte : bytes) {
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    byte = static_cast<char>(seed >> 56);
  }
  return bytes;
}

class Tree {
 public:
  Tree() : folder_(std::move(*platform::TemporaryFolder::make(std::filesystem::temp_directory_path(), "archive-"))) {}

  [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }
  [[nodiscard]] std::string at(const std::string& path) const { return (folder_.path() / path).string(); }

  void file(const std::string& path, std::string_view contents, mode_t mode = 0644) const {
    std::filesystem::create_directories((folder_.path() / path).parent_path());
    std::ofstream(at(path), std::ios::binary) << contents;
    ASSERT_EQ(::chmod(at(path).c_str(), mode), 0);
  }
  void folder(const std::string& path, mode_t mode = 0755) const {
    std::filesystem::create_directories(at(path));
    ASSERT_EQ(::chmod(at(path).c_str(), mode), 0);
  }
  void symlink(const std::string& target, const std::string& path) const {
    ASSERT_EQ(::symlink(target.c_str(), at(path).c_str()), 0);
  }
  void mtime(const std::string& path, std::int64_t seconds, long nanoseconds) const {
    const std::array<timespec, 2> times{timespec{.tv_sec = 1, .tv_nsec = 0},
                                        timespec{.tv_sec = seconds, .tv_nsec = nanoseconds}};
    ASSERT_EQ(::utimensat(AT_FDCWD, at(path).c_str(), times.data(), AT_SYMLINK_NOFOLLOW), 0);
  }

  // Every path with all that an archive keeps of it; names of one file are shown by the first of them.
  [[nodiscard]] std::map<std::string, std::string> described() const {
    std::map<std::string, std::string> found;
    std::map<ino_t, std::string> names;
    auto paths = *list_tree(path(), {""});
    std::sort(paths.begin(), paths.end(), comes_before);
    for (const std::string& name : paths) found[name] = describe(name, names);
    return found;
  }

  [[nodiscard]] SourceRoot source(std::vector<std::string> deletions = {}) const {
    return {"root", path(), *list_tree(path(), {""}), std::move(deletions)};
  }
  [[nodiscard]] TargetRoot target() const { return {"root", path(), {}}; }

 private:
  [[nodiscard]] std::string describe(const std::string& name, std::map<ino_t, std::string>& names) const {
    struct stat status {};
    EXPECT_EQ(::lstat(at(name).c_str(), &status), 0);
    std::string text = fmt::format("{:o} {}:{} {}.{:09}", status.st_mode, status.st_uid, status.st_gid,
                                   status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
    if (S_ISLNK(status.st_mode)) return text + " -> " + std::filesystem::read_symlink(at(name)).string();
    std::array<char, 4096> list{};
    const ssize_t size = ::llistxattr(at(name).c_str(), list.data(), list.size());
    for (ssize_t start = 0; start < size;) {
      const std::string attribute(list.data() + start);
      std::array<char, 4096> value{};
      const ssize_t length = ::lgetxattr(at(name).c_str(), attribute.c_str(), value.data(), value.size());
      text += fmt::format(" {}={}", attribute,
                          std::string(value.data(), static_cast<std::size_t>(std::max<ssize_t>(length, 0))));
      start += static_cast<ssize_t>(attribute.size()) + 1;
    }
    if (!S_ISREG(status.st_mode)) return text;
    if (status.st_nlink > 1) text += " same as " + names.try_emplace(status.st_ino, name).first->second;
    base::Sha256 digest;
    digest.update(*platform::read_file(at(name), std::size_t{1} << 30));
    return text + fmt::format(" {} {}", status.st_size, base::hex(digest.finish()));
  }

  platform::TemporaryFolder folder_;
};

inline WriteOptions keeping_all() {
  WriteOptions options;
  options.scan = {Owners::keep, Xattrs::keep, HardLinks::keep, {}};
  return options;
}

inline PlaceOptions placing_all() {
  return {Owners::keep, Xattrs::keep, Existing::compare_contents};
}

inline base::Result<std::string> archived(const std::vector<SourceRoot>& roots,
                                          const WriteOptions& options = keeping_all()) {
  test::MemorySink sink;
  auto summary = write_archive(sink, roots, "{\"for\":\"a test\"}", options);
  if (!summary) return base::fail(summary.error());
  EXPECT_EQ(summary->archive_bytes, sink.contents.size());
  return std::move(sink.contents);
}

inline base::Result<ExtractSummary> extracted(std::string_view archive, const std::vector<TargetRoot>& targets,
                                              const PlaceOptions& place = placing_all(), unsigned jobs = 0) {
  MemorySource source(archive);
  ArchiveReader reader(source);
  if (auto head = reader.read_head(); !head) return base::fail(head.error());
  ExtractOptions options{.jobs = jobs};
  options.place = place;
  options.manifest = KeepManifest::yes;
  return reader.extract(targets, options);
}

inline bool is_root() {
  return ::geteuid() == 0;
}

}  // namespace ci::archive
