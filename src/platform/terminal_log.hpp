#pragma once
// Messages for the person at the terminal or behind the runner's log.
#include <filesystem>
#include <mutex>

#include "platform/clock.hpp"
#include "platform/environment.hpp"
#include "platform/file_descriptor.hpp"
#include "platform/log.hpp"
#include "platform/secrets.hpp"
#include "platform/terminal.hpp"

namespace ci::platform {

enum class Verbosity { quiet, normal, verbose };

// May be used from several threads; each message is one write.
class TerminalLog final : public Log {
 public:
  // `descriptor` stays the caller's.
  TerminalLog(const Environment& environment, int descriptor, Verbosity verbosity, Style style);

  // Also appends every message, whatever the verbosity, to `path`: one JSON object a line with timestamp, level
  // (error, warning, info, debug; "tool" for tools' output), message, and hint if there is one. Error: io, permission.
  base::Result<void> copy_to(const std::filesystem::path& path, const Clock& clock);

  // Shows "***" instead of `secret` (and of each of its lines) from now on; at least 4 characters.
  void add_secret(std::string_view secret);

  void error(const base::Error& error) override;
  void warning(std::string_view message) override;
  void info(std::string_view message) override;
  void detail(std::string_view message) override;
  void tool_line(std::string_view line) override;
  void begin_group(std::string_view title) override;
  void end_group() override;
  void progress(std::string_view what, double part) override;
  void end_progress() override;

 private:
  enum class Level { error, warning, info, debug, tool };

  void say(Level level, std::string_view message, std::string_view hint);
  void record(Level level, std::string_view message, std::string_view hint);
  [[nodiscard]] bool shown(Level level) const;
  [[nodiscard]] std::string text_of(Level level, std::string_view message) const;
  [[nodiscard]] std::string safe_lines(std::string_view text) const;
  void put(std::string_view text) const;

  int descriptor_;
  Verbosity verbosity_;
  bool in_actions_;
  Terminal terminal_;
  std::string progress_;  // the line that is drawn below all messages; "" when there is none
  bool group_open_ = false;
  Secrets secrets_;
  FileDescriptor copy_;
  const Clock* clock_ = nullptr;  // of the copy
  std::mutex mutex_;
};

}  // namespace ci::platform
