#include "report/sparkline.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace ci::report {
namespace {

constexpr std::array<std::string_view, 8> kBlocks = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr double kFlat = 0.05;

}  // namespace

std::string sparkline(std::span<const double> values) {
  std::string line;
  if (values.empty()) return line;
  const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
  const double range = *greatest - *least;
  const bool flat = range <= kFlat * std::abs(*greatest);
  for (const double value : values) {
    const double height = flat ? 0.5 : (value - *least) / range;
    line += kBlocks[static_cast<std::size_t>(std::lround(height * (kBlocks.size() - 1)))];
  }
  return line;
}

}  // namespace ci::report
