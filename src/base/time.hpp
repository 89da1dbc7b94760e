#pragma once
// Points in time and durations: UTC microseconds inside, RFC 3339 outside.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace ci::base {

using Duration = std::chrono::microseconds;
using TimePoint = std::chrono::time_point<std::chrono::system_clock, Duration>;

// Returns `duration` in seconds.
inline double seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

// Returns `time` as RFC 3339 in UTC with microseconds, "2026-11-21T04:24:00.000000Z".
std::string to_rfc3339(TimePoint time);

// Returns the time that an RFC 3339 text in UTC ("...Z") names, or nothing.
std::optional<TimePoint> parse_rfc3339(std::string_view text);

// Returns the duration that `text` spells: a number with the unit ms, s, m, h or d, or several of them ("1m30s");
// a bare number means seconds. Nothing when it is malformed, negative or over ten years.
std::optional<Duration> parse_duration(std::string_view text);

}  // namespace ci::base
