#pragma once
// How much room text takes on a terminal.
#include <cstddef>
#include <string>
#include <string_view>

namespace ci::base {

// Returns the number of columns that valid UTF-8 text takes: two for the wide characters of East Asia and emoji, none
// for combining marks and joiners, one for everything else (Unicode 15, UAX 11).
std::size_t display_width(std::string_view text);

// Returns as much of the beginning of `text` as `columns` hold, with "…" in the last one when something was cut.
std::string cut_to_width(std::string_view text, std::size_t columns);

// Returns `text` cut to `columns` and filled up with blanks to as many, behind it or, with `right`, before it.
enum class Align { left, right };
std::string fit_to_width(std::string_view text, std::size_t columns, Align align);

}  // namespace ci::base
