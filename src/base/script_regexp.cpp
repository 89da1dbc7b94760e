#include "base/script_regexp.hpp"

#include <algorithm>
#include <optional>

namespace ci::base {
namespace {

bool is_digit(char16_t unit) {
  return unit >= u'0' && unit <= u'9';
}

bool is_octal(char16_t unit) {
  return unit >= u'0' && unit <= u'7';
}

bool is_hexadecimal(char16_t unit) {
  return is_digit(unit) || ((unit | 0x20) >= u'a' && (unit | 0x20) <= u'f');
}

bool is_word(char16_t unit) {
  return is_digit(unit) || ((unit | 0x20) >= u'a' && (unit | 0x20) <= u'z') || unit == u'_';
}

class Checker {
 public:
  explicit Checker(std::u16string_view text) : rest_(text) {}

  bool check() {
    int open_groups = 0;
    bool repeatable = false;  // what stands before can take a quantifier
    while (!rest_.empty()) {
      if (const auto quantifier = take_quantifier()) {
        if (!repeatable || !*quantifier) return false;
        take(u"?");
        repeatable = false;
        continue;
      }
      const char16_t unit = take_unit();
      repeatable = true;
      switch (unit) {
        case u'^':
        case u'$':
        case u'|':
          repeatable = false;
          break;
        case u'(':
          if (take(u"?") && !take(u":") && !take(u"=") && !take(u"!") && !take(u"<=") && !take(u"<!")) return false;
          ++open_groups;
          repeatable = false;
          break;
        case u')':
          if (--open_groups < 0) return false;
          break;
        case u'[':
          if (!take_class()) return false;
          break;
        case u'\\':
          if (rest_.empty()) return false;
          repeatable = (take_unit() | 0x20) != u'b';  // \b and \B match no unit
          break;
        default:
          break;
      }
    }
    return open_groups == 0;
  }

 private:
  char16_t take_unit() {
    const char16_t unit = rest_.front();
    rest_.remove_prefix(1);
    return unit;
  }

  bool take(std::u16string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  std::u16string_view take_digits() {
    const auto digits = rest_.substr(0, rest_.find_first_not_of(u"0123456789"));
    rest_.remove_prefix(digits.size());
    return digits;
  }

  // Takes "*", "+", "?" or "{n}", "{n,}", "{n,m}"; returns whether its bounds are in order. A "{" that begins none of
  // these stands for itself.
  std::optional<bool> take_quantifier() {
    if (take(u"*") || take(u"+") || take(u"?")) return true;
    const auto before = rest_;
    if (take(u"{")) {
      const auto least = take_digits();
      const bool has_most = take(u",");
      const auto most = has_most ? take_digits() : std::u16string_view();
      if (!least.empty() && take(u"}")) return most.empty() || in_order(least, most);
    }
    rest_ = before;
    return std::nullopt;
  }

  // Whether one number, of any length, is at most another.
  static bool in_order(std::u16string_view least, std::u16string_view most) {
    for (auto* number : {&least, &most}) {
      while (number->starts_with(u'0')) number->remove_prefix(1);
    }
    return least.size() != most.size() ? least.size() < most.size() : least <= most;
  }

  // Takes the rest of a class, its "]" included. False when it is not closed or a range runs backwards.
  bool take_class() {
    take(u"^");
    while (!take(u"]")) {
      if (rest_.empty()) return false;
      const auto first = take_class_atom();
      if (rest_.size() < 2 || rest_[0] != u'-' || rest_[1] == u']') continue;
      take_unit();
      const auto last = take_class_atom();
      if (first && last && *first > *last) return false;
    }
    return true;
  }

  // Takes one member of a class; returns its unit, or nothing for several such as \d, which bound no range.
  std::optional<char16_t> take_class_atom() {
    const char16_t first = take_unit();
    if (first != u'\\' || rest_.empty()) return first;
    const char16_t escaped = take_unit();
    if (is_octal(escaped)) return octal(escaped);
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

  // \0 to \377.
  char16_t octal(char16_t digit) {
    int value = digit - u'0';
    for (int more = value <= 3 ? 2 : 1; more > 0 && !rest_.empty() && is_octal(rest_.front()); --more) {
      value = value * 8 + (take_unit() - u'0');
    }
    return static_cast<char16_t>(value);
  }

  std::optional<char16_t> hexadecimal(std::size_t length) {
    const auto digits = rest_.substr(0, length);
    if (digits.size() < length || !std::all_of(digits.begin(), digits.end(), is_hexadecimal)) return std::nullopt;
    rest_.remove_prefix(length);
    int value = 0;
    for (const char16_t unit : digits) value = value * 16 + (is_digit(unit) ? unit - u'0' : (unit | 0x20) - u'a' + 10);
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

bool is_script_regexp(std::u16string_view text) {
  return Checker(text).check();
}

}  // namespace ci::base
