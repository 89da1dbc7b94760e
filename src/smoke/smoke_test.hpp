#pragma once
// Runs what was installed or built, before anything relies on it.
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "history/record.hpp"
#include "platform/platform.hpp"

namespace ci::smoke {

struct SmokeTest {
  std::string run;      // a shell line for sh -c; "" = only the libraries are checked
  int exit_code = 0;    // the expected one
  std::string matches;  // an ECMAScript pattern that some line of the output must have; "" = any
  base::Duration timeout = std::chrono::seconds(30);
  std::vector<std::string> libraries;  // ELF files, or commands in PATH, whose shared libraries must resolve
  std::string directory{};             // where the command is run; "" = the working directory
};

// Error: data, when the pattern is not one.
base::Result<void> check_pattern(const std::string& pattern);

// Runs every test, as many at once as there are processors, and returns an outcome for each, in their order. Nothing
// is skipped because another failed. `deadline` ends those that still run as timed out; a cancellation as skipped.
std::vector<history::SmokeOutcome> run_smoke_tests(const platform::Platform& platform,
                                                   const std::vector<SmokeTest>& tests,
                                                   std::optional<platform::Monotonic> deadline);

}  // namespace ci::smoke
