#pragma once
// Patterns of absolute paths, as the tables of this folder use them.
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ci::delta {

// Whether `path` fits `pattern`: `*` stands for any part of one name (a leading dot too), and "/**" at the end for
// everything below a folder.
bool fits_pattern(std::string_view pattern, std::string_view path);

// Returns the paths below `root` that exist and fit a pattern without "/**", sorted. Folders that cannot be read
// count as empty.
std::vector<std::string> expand_pattern(const std::filesystem::path& root, std::string_view pattern);

}  // namespace ci::delta
