#pragma once
// The seam to child processes. Commands are argument vectors; nothing here goes through a shell.
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "platform/cancellation.hpp"

namespace ci::platform {

enum class Stream {
  out,     // standard output
  err,     // standard error
  status,  // the status pipe (Command::status_pipe)
};

// What becomes of processes that a command left behind in the background when it ended by itself. When it is stopped
// (deadline, cancellation, watch), everything it started is stopped with it in any case.
enum class Leftovers {
  kill,
  keep,  // a package's service may go on running, as after a real install
};

struct Command {
  std::vector<std::string> argv;                          // argv[0] is looked up in PATH
  std::map<std::string, std::string> environment;         // set on top of the inherited environment
  std::vector<std::string> unset;                         // removed from the inherited environment
  std::string directory;                                  // working directory; "" = ours
  std::optional<base::Duration> timeout;                  // from the start; nothing = no limit of its own
  base::Duration grace = std::chrono::milliseconds(700);  // between TERM and KILL
  Leftovers leftovers = Leftovers::kill;
  OnCancellation on_cancellation = OnCancellation::stop;
  // Gives the child the write end of a pipe as its standard input (sudo closes every other descriptor); its lines
  // arrive as Stream::status. Otherwise standard input is /dev/null.
  bool status_pipe = false;
  // Called for each line, without its newline, as it arrives. A line longer than 64 kB comes in pieces.
  std::function<void(Stream, std::string_view)> on_line;
  // Called about every 100 ms. A text stops the command (Outcome::stop_reason is that text).
  std::function<std::optional<std::string>()> watch;
};

enum class End {
  exited,     // code is its exit code
  signalled,  // by a signal that was not ours; code is that signal
  timed_out,  // timeout passed
  stopped,    // watch asked for it
  cancelled,  // the run was asked to stop (Cancellation)
};

struct Outcome {
  End end = End::exited;
  int code = 0;
  std::string out;          // the last 64 kB of standard output
  std::string err;          // the last 64 kB of standard error
  std::string stop_reason;  // what watch said
  base::Duration elapsed{};

  [[nodiscard]] bool succeeded() const { return end == End::exited && code == 0; }
  // How it ended, in words: "exit code 3", "killed by signal 11", "timed out after 2.0 s", "stopped: ...", "cancelled".
  [[nodiscard]] std::string describe() const;
};

class ProcessRunner {
 public:
  virtual ~ProcessRunner() = default;
  // Runs a command in its own session to its end, or stops it: TERM to everything it started, KILL after `grace`.
  // Returns how it ended. Error: environment when argv[0] is not found, permission when it may not be run,
  // io when no process could be made.
  virtual base::Result<Outcome> run(const Command& command) = 0;
};

}  // namespace ci::platform
