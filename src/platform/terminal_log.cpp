#include "platform/terminal_log.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/json.hpp"
#include "base/text.hpp"
#include "platform/foreign_text.hpp"
#include "platform/progress_line.hpp"
#include "platform/system_error.hpp"

namespace ci::platform {
namespace {

constexpr std::string_view kName = "ci-optimizer: ";
constexpr std::string_view kEraseLine = "\r\x1b[K";

void write_whole(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // a log that cannot be written stops nobody's work
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

TerminalLog::TerminalLog(const Environment& environment, int descriptor, Verbosity verbosity, Style style)
    : descriptor_(descriptor),
      verbosity_(verbosity),
      in_actions_(environment.get("GITHUB_ACTIONS") == "true"),
      terminal_(terminal_of(environment, descriptor, style)) {}

base::Result<void> TerminalLog::copy_to(const std::filesystem::path& path, const Clock& clock) {
  const std::lock_guard lock(mutex_);
  copy_.reset(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (!copy_) {
    return base::fail(system_error("cannot write log file", path, errno));
  }
  clock_ = &clock;
  return {};
}

void TerminalLog::add_secret(std::string_view secret) {
  const std::lock_guard lock(mutex_);
  secrets_.add(secret);
}

void TerminalLog::error(const base::Error& error) {
  say(Level::error, error.message, error.hint);
}
void TerminalLog::warning(std::string_view message) {
  say(Level::warning, message, {});
}
void TerminalLog::info(std::string_view message) {
  say(Level::info, message, {});
}
void TerminalLog::detail(std::string_view message) {
  say(Level::debug, message, {});
}
void TerminalLog::tool_line(std::string_view line) {
  say(Level::tool, line, {});
}

void TerminalLog::begin_group(std::string_view title) {
  if (!shown(Level::info)) return;
  const std::lock_guard lock(mutex_);
  const std::string name = disarmed_line(secrets_.masked(title));
  if (!in_actions_) return put(terminal_.coloured(Colour::bold, "== " + name) + '\n');
  // Groups do not nest: the runner would close the outer one silently.
  put(fmt::format("{}::group::{}\n", group_open_ ? "::endgroup::\n" : "", base::replace_all(name, "%", "%25")));
  group_open_ = true;
}

void TerminalLog::end_group() {
  const std::lock_guard lock(mutex_);
  if (group_open_) put("::endgroup::\n");
  group_open_ = false;
}

void TerminalLog::progress(std::string_view what, double part) {
  if (!terminal_.interactive || in_actions_ || !shown(Level::info)) return;
  const std::lock_guard lock(mutex_);
  auto line = progress_line(secrets_.masked(what), part, terminal_.columns);
  if (line == progress_) return;
  progress_ = std::move(line);
  write_whole(descriptor_, fmt::format("{}{}", kEraseLine, progress_));
}

void TerminalLog::end_progress() {
  const std::lock_guard lock(mutex_);
  if (progress_.empty()) return;
  progress_.clear();
  write_whole(descriptor_, kEraseLine);
}

void TerminalLog::say(Level level, std::string_view message, std::string_view hint) {
  const std::lock_guard lock(mutex_);
  record(level, message, hint);
  if (!shown(level)) return;
  std::string text = text_of(level, safe_lines(message)) + '\n';
  if (!hint.empty()) text += terminal_.coloured(Colour::bold, "hint:") + ' ' + safe_lines(hint) + '\n';
  put(text);
}

void TerminalLog::record(Level level, std::string_view message, std::string_view hint) {
  if (!copy_) return;
  constexpr std::string_view kNames[] = {"error", "warning", "info", "debug", "tool"};
  base::Json line;
  line.set("timestamp", base::to_rfc3339(clock_->now()));
  line.set("level", kNames[static_cast<int>(level)]);
  line.set("message", secrets_.masked(message));
  if (!hint.empty()) line.set("hint", secrets_.masked(hint));
  write_whole(copy_.get(), line.compact() + '\n');
}

bool TerminalLog::shown(Level level) const {
  switch (level) {
    case Level::error:
    case Level::warning:
      return true;
    case Level::info:
      return verbosity_ != Verbosity::quiet;
    case Level::debug:
      return verbosity_ == Verbosity::verbose;
    case Level::tool:
      return verbosity_ == Verbosity::verbose || in_actions_;
  }
  return true;
}

std::string TerminalLog::text_of(Level level, std::string_view message) const {
  if (level == Level::tool) return std::string(message);
  std::string text(kName);
  if (level == Level::error) text += terminal_.coloured(Colour::bad, "error:") + ' ';
  if (level == Level::warning) text += terminal_.coloured(Colour::warning, "warning:") + ' ';
  return text += message;
}

// Messages quote names, answers and tool output: they are as little to be trusted as these.
std::string TerminalLog::safe_lines(std::string_view text) const {
  std::vector<std::string> lines = base::split(secrets_.masked(text), '\n');
  for (auto& line : lines) line = disarmed_line(line);
  return base::join(lines, "\n");
}

void TerminalLog::put(std::string_view text) const {
  if (progress_.empty()) return write_whole(descriptor_, text);
  write_whole(descriptor_, fmt::format("{}{}{}", kEraseLine, text, progress_));
}

}  // namespace ci::platform
