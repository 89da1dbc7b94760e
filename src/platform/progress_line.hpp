#pragma once
// How far something is, in one line.
#include <cstddef>
#include <string>
#include <string_view>

namespace ci::platform {

// Returns "unpack ━━━━━━────  62 %" in at most `columns` columns; `part` is clamped to 0 to 1, the text is made safe.
std::string progress_line(std::string_view what, double part, std::size_t columns);

}  // namespace ci::platform
