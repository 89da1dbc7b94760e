#pragma once
// Text as UTF-16, for what must count characters as JavaScript does.
#include <string>
#include <string_view>

namespace ci::base {

// Returns UTF-8 `text` in UTF-16. Each maximal part of an ill-formed sequence becomes one U+FFFD (WHATWG Encoding,
// "UTF-8 decoder").
std::u16string to_utf16(std::string_view text);

// Returns `text` in UTF-8; a surrogate without its other half becomes U+FFFD.
std::string to_utf8(std::u16string_view text);

// Whether the unit is white space to JavaScript's trim() (ECMA-262, WhiteSpace and LineTerminator).
bool is_script_space(char16_t unit);

// Whether the unit ends a line in JavaScript: "." of a regular expression does not match it.
bool is_script_line_end(char16_t unit);

// Returns `text` without script spaces at both ends.
std::u16string_view script_trim(std::u16string_view text);

}  // namespace ci::base
