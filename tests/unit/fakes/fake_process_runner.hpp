#pragma once
// A process runner that runs nothing: it records each command and answers as the test told it to.
#include <deque>
#include <mutex>
#include <utility>

#include "base/text.hpp"
#include "platform/process.hpp"

namespace ci::test {

// How a command is to end, with what it says on the way (handed to Command::on_line and put into the outcome).
struct ScriptedRun {
  platform::Outcome outcome;
  std::vector<std::pair<platform::Stream, std::string>> lines;

  static ScriptedRun exits(int code, std::string out = {}, std::string err = {}) {
    ScriptedRun run;
    run.outcome.code = code;
    run.outcome.out = std::move(out);
    run.outcome.err = std::move(err);
    return run;
  }
};

class FakeProcessRunner final : public platform::ProcessRunner {
 public:
  // Answers every command whose argument vector, joined by blanks, contains `text`; the rule given last is asked first.
  void when(std::string text, ScriptedRun run) {
    when(std::move(text), [run = std::move(run)](const platform::Command&) { return run; });
  }
  void when(std::string text, std::function<base::Result<ScriptedRun>(const platform::Command&)> answer) {
    rules_.emplace_front(std::move(text), std::move(answer));
  }

  base::Result<platform::Outcome> run(const platform::Command& command) override {
    {
      const std::lock_guard lock(mutex_);
      commands.push_back(command);
    }
    const std::string line = base::join(command.argv, " ");
    for (const auto& [text, answer] : rules_) {
      if (line.find(text) == std::string::npos) continue;
      auto run = answer(command);
      if (!run) return base::fail(run.error());
      for (const auto& [stream, said] : run->lines) tell(command, stream, said, run->outcome);
      return std::move(run->outcome);
    }
    return base::fail(base::ErrorKind::environment, "no scripted answer for: " + line);
  }

  // The argument vectors so far, each joined by blanks.
  [[nodiscard]] std::vector<std::string> command_lines() const {
    std::vector<std::string> lines;
    for (const auto& command : commands) lines.push_back(base::join(command.argv, " "));
    return lines;
  }

  std::vector<platform::Command> commands;  // to be read when none runs

 private:
  static void tell(const platform::Command& command, platform::Stream stream, const std::string& line,
                   platform::Outcome& outcome) {
    if (command.on_line) command.on_line(stream, line);
    if (stream == platform::Stream::out) outcome.out += line + '\n';
    if (stream == platform::Stream::err) outcome.err += line + '\n';
  }

  std::mutex mutex_;  // smoke tests run side by side
  std::deque<std::pair<std::string, std::function<base::Result<ScriptedRun>(const platform::Command&)>>> rules_;
};

}  // namespace ci::test
