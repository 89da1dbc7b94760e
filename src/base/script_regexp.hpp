#pragma once
// The syntax of JavaScript's regular expressions: what a pattern language written in JavaScript falls back on.
#include <string_view>

namespace ci::base {

// Whether `new RegExp(text)` succeeds (ECMA-262, Pattern with Annex B, without flags). Named groups and modifiers
// count as errors.
bool is_script_regexp(std::u16string_view text);

}  // namespace ci::base
