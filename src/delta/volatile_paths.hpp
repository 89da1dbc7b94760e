#pragma once
// The documented exceptions from "exactly as a real installation left it" (docs/DELTA.md).
#include <span>
#include <string_view>

namespace ci::delta {

enum class Volatility {
  machine,  // belongs to this machine or this boot: never part of a delta
  journal,  // a file such as a log that was there before and grew: left as the target has it. A new one is part of it.
  varies,   // part of the delta, but two real installations differ in its contents
};

struct VolatilePath {
  std::string_view pattern;  // see path_pattern.hpp
  Volatility volatility;
  std::string_view reason;
  std::string_view ending = "";  // what the path must end with, too
};

// The table.
std::span<const VolatilePath> volatile_paths();

// The first row that `path` fits, or nullptr.
const VolatilePath* find_volatile(std::string_view path);

}  // namespace ci::delta
