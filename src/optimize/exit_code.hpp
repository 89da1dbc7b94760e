#pragma once
// The one contract of exit codes (docs/MANUAL.md, "Exit codes").
#include "base/result.hpp"

namespace ci::optimize {

inline constexpr int kDone = 0;
inline constexpr int kLintFailed = 1;
inline constexpr int kTestFailed = 2;
inline constexpr int kBuildFailed = 3;
inline constexpr int kEnvironment = 4;
inline constexpr int kDeadline = 5;
inline constexpr int kUsage = 64;
inline constexpr int kBug = 70;

// The exit code for an error; a cancellation by `signal` gives 128 + signal.
int exit_code(base::ErrorKind kind, int signal);

// The verdict of a job that met several failures: a cancellation wins, then the lowest of 1 to 4, then whatever else
// failed (64 and above), and 5 only when nothing else did.
class ExitCode {
 public:
  void add(int code);
  [[nodiscard]] int value() const { return value_; }

 private:
  int value_ = kDone;
};

}  // namespace ci::optimize
