#pragma once
// Character classes ("[a-z]", "[!x]") with the meaning that JavaScript's regular expressions give them, without the
// flag u: a set of UTF-16 units.
#include <optional>
#include <string_view>
#include <vector>

namespace ci::base {

class UnitSet {
 public:
  // Reads what stands between the brackets, without escapes: a leading "^" (unless `literal_start`) means every unit
  // but these, "a-z" a range. Nothing when a range runs backwards.
  static std::optional<UnitSet> read(std::u16string_view body, bool literal_start);

  [[nodiscard]] bool contains(char16_t unit) const;

 private:
  struct Range {
    char16_t first;
    char16_t last;
  };
  std::vector<Range> ranges_;
  bool negated_ = false;
};

// Whether JavaScript accepts "[" + body + "]", escapes and all, as a regular expression. ECMA-262, ClassContents with
// Annex B; past the bracket that closes the class, everything is taken for valid.
bool is_valid_class(std::u16string_view body);

}  // namespace ci::base
