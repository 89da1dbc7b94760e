#pragma once
// The entries of a directory, straight from the system's own list.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ci::cache {

struct DirectoryEntry {
  std::string_view name;
  unsigned char type = 0;  // DT_REG, DT_DIR, DT_LNK, ... or DT_UNKNOWN
};

// Holds the entries of one directory, without "." and "..", in the byte order of their names.
class DirectoryEntries {
 public:
  // Reads the directory `path`; returns 0 or the error number.
  int read(const std::string& path);
  [[nodiscard]] const std::vector<DirectoryEntry>& all() const { return entries_; }

 private:
  std::vector<std::unique_ptr<char[]>> blocks_;  // what the system wrote; the names lie in them
  std::vector<DirectoryEntry> entries_;
};

}  // namespace ci::cache
