#pragma once
// Character classes ("[a-z]", "[!x]") as sets of UTF-16 units, with the meaning that JavaScript's regular expressions
// without the flag u give them.
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

}  // namespace ci::base
