#pragma once
// apt's progress lines (APT::Status-Fd; README.progress-reporting of apt).
#include <optional>
#include <string>
#include <string_view>

namespace ci::apt {

enum class Activity {
  downloading,
  running_dpkg,  // dpkg was started: overhead that belongs to whatever comes next
  unpacking,
  configuring,
  triggering,
  removing,
  failing,  // pmerror: message says what went wrong
};

struct StatusLine {
  Activity activity = Activity::downloading;
  std::string package;  // name or name:architecture; "" while downloading
  double percent = 0;   // of the downloads, or of dpkg's steps
  std::string message;
};

// Reads one line; nothing when it is not a progress line.
std::optional<StatusLine> parse_status_line(std::string_view line);

}  // namespace ci::apt
