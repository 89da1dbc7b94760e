#pragma once
// One segment of a glob pattern: what stands between two slashes. It means what it means to minimatch 3 with the
// options dot, nobrace, noext, nocomment and nonegate (docs/HASH_FILES.md), oddities included.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/unit_set.hpp"

namespace ci::base {

class GlobSegment {
 public:
  explicit GlobSegment(std::u16string_view text);

  // It is "**": any number of segments.
  [[nodiscard]] bool is_globstar() const { return kind_ == Kind::globstar; }
  // Whether it matches a name of valid UTF-8. False for a globstar.
  [[nodiscard]] bool matches(std::string_view name) const;

 private:
  enum class Kind { literal, globstar, wildcard, never };
  enum class Match { unit, any, star, set, no_line_end };  // no_line_end: looks at the next unit, takes none
  struct Token {
    Match match;
    char16_t unit = 0;
    std::size_t set = 0;  // index into sets_
  };
  class Reader;

  [[nodiscard]] bool matches_units(std::u16string_view name) const;
  [[nodiscard]] bool takes(const Token& token, char16_t unit) const;

  Kind kind_ = Kind::literal;
  std::string literal_;  // literal: the whole name; wildcard: an ASCII ending that every match has
  std::vector<Token> tokens_;
  std::vector<UnitSet> sets_;
};

// Returns the name that the segment spells when it has no wildcards (escapes resolved, "[x]" as "x"), "" when it has
// some: how @actions/glob finds out where a search begins.
std::u16string literal_name(std::u16string_view segment);

}  // namespace ci::base
