#pragma once
// The one place that speaks to the person watching: messages on standard error, never on standard output.
#include <string_view>

#include "base/result.hpp"

namespace ci::platform {

class Log {
 public:
  virtual ~Log() = default;
  virtual void error(const base::Error& error) = 0;    // "ci-optimizer: error: ..." and, if there is one, "hint: ..."
  virtual void warning(std::string_view message) = 0;  // "ci-optimizer: warning: ..."
  virtual void info(std::string_view message) = 0;     // not with --quiet
  virtual void detail(std::string_view message) = 0;   // only with --verbose
  // A line of a tool's own output, shown with --verbose or in Actions, with secrets masked and workflow commands
  // disarmed.
  virtual void tool_line(std::string_view line) = 0;
  // Opens and closes a group of lines: "::group::" in Actions, a heading elsewhere.
  virtual void begin_group(std::string_view title) = 0;
  virtual void end_group() = 0;
  // Draws how far `what` is (0 to 1) on a terminal, and nowhere else, below the messages; takes the drawing away.
  virtual void progress(std::string_view what, double part) = 0;
  virtual void end_progress() = 0;
};

}  // namespace ci::platform
