#pragma once
// Turns apt's progress lines into seconds per phase and per package.
#include <map>
#include <string>
#include <vector>

#include "apt/status_line.hpp"
#include "history/record.hpp"
#include "platform/clock.hpp"

namespace ci::apt {

// The time between two lines belongs to what the first of them announced. apt unpacks and configures in turns; the
// turns of one kind are added up.
class PhaseTimer {
 public:
  explicit PhaseTimer(const platform::Clock& clock) : clock_(clock) {}

  // Begins phase `name`; the one before ends.
  void begin(const std::string& name);
  // Takes one progress line of the running command.
  void observe(const StatusLine& line);
  // Ends the running phase.
  void end();

  // Adds to the bytes of phase `name`.
  void add_bytes(const std::string& name, std::int64_t bytes);

  // The phase that runs, "" when none does.
  [[nodiscard]] const std::string& current() const { return current_; }
  // Seconds spent so far in phase `name`, the running turn included.
  [[nodiscard]] double seconds_in(const std::string& name) const;
  // Every phase in the order in which they first began.
  [[nodiscard]] std::vector<history::Phase> phases() const { return phases_; }
  // The first 200 turns of the phases, with their starts in seconds after `zero`, which is before all of them.
  [[nodiscard]] std::vector<history::Span> spans(platform::Monotonic zero) const;
  // Seconds that dpkg spent on `package`, which is "name" or "name:architecture" as apt wrote it.
  [[nodiscard]] double package_seconds(const std::string& package) const;

 private:
  struct Turn {
    std::string phase;
    platform::Monotonic begin;
    platform::Monotonic end;
  };

  history::Phase& phase(const std::string& name);
  void charge();

  const platform::Clock& clock_;
  std::vector<history::Phase> phases_;
  std::vector<Turn> turns_;
  std::map<std::string, double> packages_;
  std::string current_;
  std::string package_;
  platform::Monotonic since_{};
};

}  // namespace ci::apt
