#include "base/unit_set.hpp"

#include <algorithm>

namespace ci::base {
namespace {

bool is_digit(char16_t unit, char16_t most) {
  return unit >= u'0' && unit <= most;
}

bool is_hexadecimal(char16_t unit) {
  return is_digit(unit, u'9') || (unit >= u'a' && unit <= u'f') || (unit >= u'A' && unit <= u'F');
}

bool is_word(char16_t unit) {
  return is_digit(unit, u'9') || (unit >= u'a' && unit <= u'z') || (unit >= u'A' && unit <= u'Z') || unit == u'_';
}

// Takes class atoms off the front of a class with escapes.
class AtomReader {
 public:
  explicit AtomReader(std::u16string_view text) : rest_(text) {}

  [[nodiscard]] bool at_end() const { return rest_.empty() || rest_.front() == u']'; }
  // Takes a "-" that has an atom after it.
  bool take_range() {
    if (rest_.size() < 2 || rest_[0] != u'-' || rest_[1] == u']') return false;
    rest_.remove_prefix(1);
    return true;
  }
  // Takes an atom; returns its unit, or nothing for a class such as \d, which bounds no range.
  std::optional<char16_t> take() {
    const char16_t first = take_unit();
    if (first != u'\\' || rest_.empty()) return first;
    const char16_t escaped = take_unit();
    if (is_digit(escaped, u'7')) return octal(escaped);
    switch (escaped) {
      case u'd':
      case u'D':
      case u'w':
      case u'W':
      case u's':
      case u'S':
        return std::nullopt;
      case u'b':
        return u'\b';
      case u'f':
        return u'\f';
      case u'n':
        return u'\n';
      case u'r':
        return u'\r';
      case u't':
        return u'\t';
      case u'v':
        return u'\v';
      case u'x':
        return hexadecimal(2).value_or(escaped);
      case u'u':
        return hexadecimal(4).value_or(escaped);
      case u'c':
        return control();
      default:
        return escaped;
    }
  }

 private:
  char16_t take_unit() {
    const char16_t unit = rest_.front();
    rest_.remove_prefix(1);
    return unit;
  }

  // \0 to \377.
  char16_t octal(char16_t digit) {
    int value = digit - u'0';
    for (int more = value <= 3 ? 2 : 1; more > 0 && !rest_.empty() && is_digit(rest_.front(), u'7'); --more) {
      value = value * 8 + (take_unit() - u'0');
    }
    return static_cast<char16_t>(value);
  }

  std::optional<char16_t> hexadecimal(std::size_t digits) {
    if (rest_.size() < digits ||
        !std::all_of(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(digits), is_hexadecimal)) {
      return std::nullopt;
    }
    int value = 0;
    for (; digits > 0; --digits) {
      const int unit = take_unit();
      value = value * 16 + (unit <= u'9' ? unit - u'0' : (unit | 0x20) - u'a' + 10);
    }
    return static_cast<char16_t>(value);
  }

  // \cX; a "c" without a letter after it is read again, after a "\".
  char16_t control() {
    if (!rest_.empty() && is_word(rest_.front())) return static_cast<char16_t>(take_unit() % 32);
    rest_ = std::u16string_view(rest_.data() - 1, rest_.size() + 1);
    return u'\\';
  }

  std::u16string_view rest_;
};

}  // namespace

std::optional<UnitSet> UnitSet::read(std::u16string_view body, bool literal_start) {
  UnitSet set;
  if (!literal_start && body.starts_with(u'^')) {
    set.negated_ = true;
    body.remove_prefix(1);
  }
  while (!body.empty()) {
    const bool range = body.size() >= 3 && body[1] == u'-';
    const Range next{body[0], range ? body[2] : body[0]};
    if (next.first > next.last) return std::nullopt;
    set.ranges_.push_back(next);
    body.remove_prefix(range ? 3 : 1);
  }
  return set;
}

bool UnitSet::contains(char16_t unit) const {
  const bool listed = std::any_of(ranges_.begin(), ranges_.end(),
                                  [unit](const Range& range) { return unit >= range.first && unit <= range.last; });
  return listed != negated_;
}

bool is_valid_class(std::u16string_view body) {
  if (body.starts_with(u'^')) body.remove_prefix(1);
  AtomReader atoms(body);
  while (!atoms.at_end()) {
    const auto first = atoms.take();
    if (!atoms.take_range()) continue;
    const auto last = atoms.take();
    if (first && last && *first > *last) return false;
  }
  return true;
}

}  // namespace ci::base
