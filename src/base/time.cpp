#include "base/time.hpp"

#include <fmt/format.h>

#include <array>
#include <cctype>

#include "base/text.hpp"

namespace ci::base {
namespace {

using std::chrono::floor;
using Days = std::chrono::days;

std::optional<int> digits(std::string_view text) {
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
  }
  const auto value = parse_integer(text);
  if (!value) return std::nullopt;
  return static_cast<int>(*value);
}

}  // namespace

std::string to_rfc3339(TimePoint time) {
  const auto day = floor<Days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss<Duration> clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

std::optional<TimePoint> parse_rfc3339(std::string_view text) {
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != ' ') || text[13] != ':' ||
      text[16] != ':' || text.back() != 'Z') {
    return std::nullopt;
  }
  const auto year = digits(text.substr(0, 4)), month = digits(text.substr(5, 2)), day = digits(text.substr(8, 2));
  const auto hour = digits(text.substr(11, 2)), minute = digits(text.substr(14, 2)),
             second = digits(text.substr(17, 2));
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  std::string_view fraction = text.substr(19, text.size() - 20);
  int micros = 0;
  if (!fraction.empty()) {
    if (fraction.front() != '.' || fraction.size() < 2) return std::nullopt;
    std::string six(fraction.substr(1, 6));
    six.resize(6, '0');
    const auto value = digits(six);
    const bool only_digits = fraction.find_first_not_of("0123456789", 1) == std::string_view::npos;
    if (!value || !only_digits) return std::nullopt;
    micros = *value;
  }
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  return TimePoint(std::chrono::sys_days(date)) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second) + Duration(micros);
}

std::optional<Duration> parse_duration(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, double>, 5> kUnits = {
      {{"ms", 1e3}, {"s", 1e6}, {"m", 60e6}, {"h", 3600e6}, {"d", 86400e6}}};
  constexpr double kMost = 3650.0 * 86400e6;
  text = trim(text);
  if (text.empty()) return std::nullopt;
  double total = 0;
  for (bool first = true; !text.empty(); first = false) {
    std::size_t length = 0;
    while (length < text.size() &&
           (std::isdigit(static_cast<unsigned char>(text[length])) != 0 || text[length] == '.')) {
      ++length;
    }
    const auto number = parse_number(text.substr(0, length));
    if (!number) return std::nullopt;
    text.remove_prefix(length);
    std::size_t unit_length = 0;
    while (unit_length < text.size() && std::isalpha(static_cast<unsigned char>(text[unit_length])) != 0) ++unit_length;
    const auto unit = unit_length == 0 && first && text.empty() ? std::string_view("s") : text.substr(0, unit_length);
    double scale = 0;
    for (const auto& [name, micros] : kUnits) {
      if (name == unit) scale = micros;
    }
    if (scale == 0) return std::nullopt;
    total += *number * scale;
    text.remove_prefix(unit_length);
  }
  if (total > kMost) return std::nullopt;
  return Duration(static_cast<Duration::rep>(total));
}

}  // namespace ci::base
