#pragma once
// A series of numbers as a line of blocks.
#include <span>
#include <string>

namespace ci::report {

// Returns one block for each value, "▁▂▃▄▅▆▇█" from the least to the greatest; a series that scatters by less than 5 %
// of its greatest value is drawn flat, for its ups and downs mean nothing. "" for no values.
std::string sparkline(std::span<const double> values);

}  // namespace ci::report
