#include "smoke/smoke_test.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <regex>
#include <thread>

#include "base/text.hpp"
#include "platform/cores.hpp"
#include "smoke/shared_libraries.hpp"

namespace ci::smoke {
namespace {

constexpr std::size_t kOutputShown = 4000;   // bytes of a failed test's output that the record keeps
constexpr std::size_t kLineSearched = 4096;  // std::regex recurses once a character

bool some_line_matches(const std::string& output, const std::string& pattern) {
  const std::regex expression(pattern, std::regex::ECMAScript);
  for (const auto& line : base::split(output, '\n')) {
    if (std::regex_search(line.substr(0, kLineSearched), expression)) return true;
  }
  return false;
}

std::string last_part(const std::string& text) {
  const auto trimmed = base::trim(text);
  return base::valid_utf8(trimmed.size() > kOutputShown ? trimmed.substr(trimmed.size() - kOutputShown) : trimmed);
}

class Runner {
 public:
  Runner(const platform::Platform& platform, std::optional<platform::Monotonic> deadline)
      : platform_(platform), deadline_(deadline) {}

  history::SmokeOutcome run(const SmokeTest& test) const {
    history::SmokeOutcome outcome;
    outcome.command = test.run.empty() ? "shared libraries of " + base::join(test.libraries, ", ") : test.run;
    outcome.status = history::SmokeStatus::passed;
    const auto started = platform_.clock.monotonic();
    for (const auto& file : test.libraries) check_libraries(file, outcome);
    if (!test.run.empty()) run_command(test, outcome);
    outcome.seconds = base::seconds(platform_.clock.monotonic() - started);
    return outcome;
  }

 private:
  static void fail(history::SmokeOutcome& outcome, history::SmokeStatus status, const std::string& reason) {
    outcome.status = status;
    outcome.reason += (outcome.reason.empty() ? "" : "; ") + reason;
  }

  void check_libraries(const std::string& file, history::SmokeOutcome& outcome) const {
    const auto missing = unresolved_libraries(platform_, file);
    if (!missing) {
      fail(outcome, history::SmokeStatus::failed, missing.error().message);
    } else if (!missing->empty()) {
      fail(outcome, history::SmokeStatus::failed, fmt::format("{} lacks {}", file, base::join(*missing, ", ")));
    }
  }

  void run_command(const SmokeTest& test, history::SmokeOutcome& outcome) const {
    platform::Command command;
    command.argv = {"sh", "-c", test.run};
    command.timeout = test.timeout;
    command.directory = test.directory;
    if (deadline_) {
      const base::Duration left = *deadline_ - platform_.clock.monotonic();
      command.timeout = std::max(base::Duration(1000), std::min(test.timeout, left));
    }
    const auto ended = platform_.processes.run(command);
    if (!ended) {
      fail(outcome, history::SmokeStatus::failed, ended.error().message);
      return;
    }
    outcome.exit_code = ended->code;
    const std::string output = ended->out + ended->err;
    if (ended->end == platform::End::cancelled) {
      fail(outcome, history::SmokeStatus::skipped, "cancelled");
    } else if (ended->end == platform::End::timed_out) {
      fail(outcome, history::SmokeStatus::timed_out, ended->describe());
    } else if (ended->end != platform::End::exited) {
      fail(outcome, history::SmokeStatus::failed, ended->describe());
    } else if (ended->code != test.exit_code) {
      fail(outcome, history::SmokeStatus::failed,
           fmt::format("exit code {} instead of {}", ended->code, test.exit_code));
    } else if (!test.matches.empty() && !some_line_matches(output, test.matches)) {
      fail(outcome, history::SmokeStatus::failed, fmt::format("no line of the output matches {}", test.matches));
    }
    if (outcome.status != history::SmokeStatus::passed) outcome.output = last_part(output);
  }

  const platform::Platform& platform_;
  std::optional<platform::Monotonic> deadline_;
};

}  // namespace

base::Result<void> check_pattern(const std::string& pattern) {
  try {
    const std::regex expression(pattern, std::regex::ECMAScript);
  } catch (const std::regex_error& error) {
    return base::fail(base::ErrorKind::data,
                      fmt::format("'{}' is not a regular expression: {}", pattern, error.what()));
  }
  return {};
}

std::vector<history::SmokeOutcome> run_smoke_tests(const platform::Platform& platform,
                                                   const std::vector<SmokeTest>& tests,
                                                   std::optional<platform::Monotonic> deadline) {
  std::vector<history::SmokeOutcome> outcomes(tests.size());
  const Runner runner(platform, deadline);
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < tests.size(); i = next++) outcomes[i] = runner.run(tests[i]);
  };
  const std::size_t workers = std::min<std::size_t>(tests.size(), platform::usable_cores());
  std::vector<std::jthread> threads;
  for (std::size_t i = 1; i < workers; ++i) threads.emplace_back(work);
  work();
  threads.clear();
  return outcomes;
}

}  // namespace ci::smoke
