#pragma once
// Other people's text on our HTML page, before it is escaped.
#include <cstddef>
#include <string>
#include <string_view>

namespace ci::report {

enum class Lines { one, many };

// Returns `text` in valid UTF-8 with everything visible that could hide or turn round what is read: control characters
// as their pictures (U+2400...), characters that set the direction of writing, have no width or are none at all as
// "[U+202E]" (Unicode 15, 23.2 and UAX 9). Tabs become blanks. With Lines::many line ends stay, and the colour
// sequences of a terminal (ECMA-48, 8.3.117) are left out.
std::string visible(std::string_view text, Lines lines = Lines::one);

// Returns at most `characters` code points of `text`, in valid UTF-8; "…" marks the cut and is one of them.
std::string shortened(std::string_view text, std::size_t characters);

// Returns the last `bytes` bytes of `text` at most, from the beginning of a line on where there is one, behind a line
// "…": the end of a tool's output says why it failed.
std::string last_lines(std::string_view text, std::size_t bytes);

}  // namespace ci::report
