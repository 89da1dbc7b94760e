#pragma once
// Small text operations that the standard library lacks.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ci::base {

// Returns `text` without white space at both ends.
std::string_view trim(std::string_view text);

// Returns the pieces of `text` between `separator`s, empty ones too; one empty piece for an empty text.
std::vector<std::string> split(std::string_view text, char separator);

// Returns the words of `text`, separated by any white space or commas.
std::vector<std::string> words(std::string_view text);

// Returns `pieces` with `separator` between them.
std::string join(const std::vector<std::string>& pieces, std::string_view separator);

// Returns `text` with every `from` replaced by `to`; `text` itself when `from` is empty.
std::string replace_all(std::string_view text, std::string_view from, std::string_view to);

// Returns `text` in ASCII lower case.
std::string lower(std::string_view text);

// Returns the integer that the whole of `text` spells, or nothing.
std::optional<std::int64_t> parse_integer(std::string_view text);

// Returns the finite number that the whole of `text` spells, or nothing.
std::optional<double> parse_number(std::string_view text);

// Returns at most `bytes` bytes of `text`, cut on a UTF-8 boundary.
std::string_view truncate_utf8(std::string_view text, std::size_t bytes);

// Returns `text` with every byte that is not part of valid UTF-8 replaced by U+FFFD.
std::string valid_utf8(std::string_view text);

// Returns `bytes` as people read it: "512 B", "1.5 kB", "170.6 MB" (powers of 1000).
std::string human_bytes(std::int64_t bytes);

// Returns `seconds` as people read it: "0.05 s", "3.2 s", "1 min 13 s".
std::string human_seconds(double seconds);

// Returns the candidate nearest to `word` by edit distance, or nothing when none is near enough to be meant.
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace ci::base
