#pragma once
// Many questions at once: how many of the answers "slower" are chance (Benjamini and Hochberg 1995).
#include <span>
#include <vector>

namespace ci::statistics {

// Returns for each p-value, in their order, the smallest part of false discoveries at which it would still be one: to
// call those discoveries whose adjusted value is q or less means that at most the part q of them is false.
std::vector<double> adjusted_for_number(std::span<const double> p_values);

}  // namespace ci::statistics
