#pragma once
// A full entry that was restored: what a later save need not save again.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "cache/entry_label.hpp"

namespace ci::cache {

// How many hexadecimal digits of a file's SHA-256 are kept.
inline constexpr std::size_t kContentDigits = 16;

struct FullEntry {
  EntryBase name;
  std::int64_t archive_bytes = 0;
  std::uint64_t content_bytes = 0;      // of its files
  std::vector<std::string> contents{};  // the first digits of each file's SHA-256, in hexadecimal
};

}  // namespace ci::cache
