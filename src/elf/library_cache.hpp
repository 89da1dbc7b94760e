#pragma once
// ldconfig's cache: which libraries the dynamic loader finds without a search.
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ci::elf {

// The paths of libraries by name, in the cache's order; of several architectures where there are.
using LibraryCache = std::unordered_map<std::string, std::vector<std::string>>;

// Reads the contents of ld.so.cache: the format of glibc 2.2 and newer ("glibc-ld.so.cache1.1"), alone or after the
// older one that ldconfig may put before it. What is damaged is left out.
LibraryCache read_library_cache(std::string_view bytes);

}  // namespace ci::elf
