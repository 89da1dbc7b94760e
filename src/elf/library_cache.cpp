#include "elf/library_cache.hpp"

#include <cstdint>
#include <cstring>

namespace ci::elf {
namespace {

constexpr std::string_view kMagic = "glibc-ld.so.cache1.1";
constexpr std::size_t kHeaderSize = 48;  // magic, number of entries, size of the strings, flags, extensions
constexpr std::size_t kEntrySize = 24;   // flags, name, path, version of the system (4 each), capabilities (8)

std::uint32_t number_at(std::string_view bytes, std::size_t offset) {
  std::uint32_t number = 0;
  std::memcpy(&number, bytes.data() + offset, sizeof number);
  return number;
}

std::string text_at(std::string_view bytes, std::size_t offset) {
  if (offset >= bytes.size()) return "";
  const auto rest = bytes.substr(offset);
  return std::string(rest.substr(0, rest.find('\0')));
}

}  // namespace

LibraryCache read_library_cache(std::string_view bytes) {
  LibraryCache cache;
  const auto start = bytes.find(kMagic);
  if (start == std::string_view::npos) return cache;
  // Offsets of strings count from this header on.
  bytes.remove_prefix(start);
  if (bytes.size() < kHeaderSize) return cache;
  const std::size_t entries = number_at(bytes, kMagic.size());
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t entry = kHeaderSize + i * kEntrySize;
    if (entry + kEntrySize > bytes.size()) break;
    const auto name = text_at(bytes, number_at(bytes, entry + 4));
    const auto path = text_at(bytes, number_at(bytes, entry + 8));
    if (!name.empty() && path.starts_with('/')) cache[name].push_back(path);
  }
  return cache;
}

}  // namespace ci::elf
