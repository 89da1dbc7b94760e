#include "delta/name_table.hpp"

#include <cstring>

namespace ci::delta {
namespace {

// A folder: path, 0, inode (8 bytes), number of entries (4), length of the entries (8), entries.
// An entry: type (1), inode (8), name, 0. Numbers as this machine has them: the bytes never leave it.
constexpr std::size_t kHeader = 8 + 4 + 8;
constexpr std::size_t kEntryHeader = 1 + 8;

template <class Number>
void put(std::string& bytes, Number number) {
  bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
}

template <class Number>
Number get(const char* at) {
  Number number{};
  std::memcpy(&number, at, sizeof number);
  return number;
}

bool is_type(char letter) {
  return letter != '\0' && std::strchr("fdlpscb", letter) != nullptr;
}

}  // namespace

void NameTable::append_folder(std::string& bytes, const Listing& listing) {
  std::uint64_t length = 0;
  for (const auto& entry : listing.entries) length += kEntryHeader + entry.name.size() + 1;
  bytes.append(listing.path).push_back('\0');
  put(bytes, listing.inode);
  put(bytes, static_cast<std::uint32_t>(listing.entries.size()));
  put(bytes, length);
  for (const auto& entry : listing.entries) {
    bytes.push_back(static_cast<char>(entry.type));
    put(bytes, entry.inode);
    bytes.append(entry.name).push_back('\0');
  }
}

base::Result<NameTable> NameTable::from_bytes(std::string bytes) {
  NameTable table;
  table.bytes_ = std::move(bytes);
  if (auto indexed = table.make_index(); !indexed) return base::fail(std::move(indexed.error()));
  return table;
}

base::Result<void> NameTable::make_index() {
  const auto broken = [] { return base::fail(base::ErrorKind::data, "the snapshot's names are cut or damaged"); };
  for (std::size_t at = 0; at < bytes_.size();) {
    const auto end = bytes_.find('\0', at);
    if (end == std::string::npos || bytes_.size() - end - 1 < kHeader) return broken();
    const auto length = get<std::uint64_t>(bytes_.data() + end + 1 + 12);
    const std::size_t entries = end + 1 + kHeader;
    if (bytes_.size() - entries < length || (length > 0 && bytes_[entries + length - 1] != '\0')) return broken();
    index_.emplace(std::string_view(bytes_).substr(at, end - at), end + 1);
    at = entries + length;
  }
  return {};
}

std::optional<NamedFolder> NameTable::find(std::string_view path) const {
  const auto found = index_.find(path);
  if (found == index_.end()) return std::nullopt;
  const char* at = bytes_.data() + found->second;
  NamedFolder folder;
  folder.inode = get<std::uint64_t>(at);
  const char* const end = at + kHeader + get<std::uint64_t>(at + 12);
  // What a damaged file claims is held against what is there, not the other way round.
  for (at += kHeader; static_cast<std::size_t>(end - at) > kEntryHeader && is_type(*at);) {
    NamedEntry entry{std::string_view(at + kEntryHeader), static_cast<Type>(*at), get<std::uint64_t>(at + 1)};
    at += kEntryHeader + entry.name.size() + 1;
    folder.entries.push_back(entry);
  }
  return folder;
}

std::optional<NamedEntry> NameTable::entry(std::string_view path) const {
  const auto folder = find(parent_of(path));
  if (!folder) return std::nullopt;
  const auto name = path.substr(path.rfind('/') + 1);
  for (const auto& one : folder->entries) {
    if (one.name == name) return one;
  }
  return std::nullopt;
}

}  // namespace ci::delta
