#include "platform/progress_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/display_width.hpp"
#include "platform/foreign_text.hpp"

namespace ci::platform {
namespace {

constexpr std::size_t kLongestBar = 30;
constexpr std::size_t kShortestBar = 5;

}  // namespace

std::string progress_line(std::string_view what, double part, std::size_t columns) {
  part = std::isfinite(part) ? std::clamp(part, 0.0, 1.0) : 0.0;
  const std::string percent = fmt::format(" {:>3.0f} %", std::floor(part * 100));
  const std::string name = base::cut_to_width(disarmed_line(what), columns / 2);
  const std::size_t taken = base::display_width(name) + 1 + percent.size() + 1;  // the last column stays empty
  if (columns < taken + kShortestBar) return base::cut_to_width(name + percent, columns);
  const std::size_t length = std::min(kLongestBar, columns - taken);
  const auto done = static_cast<std::size_t>(std::lround(part * static_cast<double>(length)));
  std::string bar;
  for (std::size_t i = 0; i < length; ++i) bar += i < done ? "━" : "─";
  return name + ' ' + bar + percent;
}

}  // namespace ci::platform
