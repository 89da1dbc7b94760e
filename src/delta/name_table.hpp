#pragma once
// The names of a whole file system in one block of bytes: about 30 bytes an entry, no look at any inode.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "delta/sweep.hpp"

namespace ci::delta {

struct NamedEntry {
  std::string_view name;
  Type type = Type::file;
  std::uint64_t inode = 0;
};

struct NamedFolder {
  std::uint64_t inode = 0;
  std::vector<NamedEntry> entries;
};

// The names that one sweep found, by folder. Each thread of the sweep appends to bytes of its own (append_folder);
// the table is made of all of them.
class NameTable {
 public:
  NameTable() = default;
  NameTable(NameTable&&) noexcept = default;  // the index points into bytes_, which a move leaves where they are
  NameTable& operator=(NameTable&&) noexcept = default;

  // Appends one folder to `bytes`.
  static void append_folder(std::string& bytes, const Listing& listing);

  // Takes over what append_folder wrote. Error: data when it is not that.
  static base::Result<NameTable> from_bytes(std::string bytes);

  // The bytes to keep the table in.
  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  [[nodiscard]] std::size_t folders() const { return index_.size(); }

  // What the folder `path` held; nothing when it was not there. Valid as long as the table.
  [[nodiscard]] std::optional<NamedFolder> find(std::string_view path) const;
  // The entry of `path`, or nothing.
  [[nodiscard]] std::optional<NamedEntry> entry(std::string_view path) const;

 private:
  base::Result<void> make_index();

  std::string bytes_;
  std::unordered_map<std::string_view, std::size_t> index_;  // path -> where its entries begin in bytes_
};

}  // namespace ci::delta
