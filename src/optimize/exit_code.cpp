#include "optimize/exit_code.hpp"

namespace ci::optimize {
namespace {

// Smaller is stronger.
int rank(int code) {
  if (code > 128) return 0;
  if (code >= 1 && code <= 4) return code;
  if (code == kDeadline) return 1000;
  return code == kDone ? 2000 : code;
}

}  // namespace

int exit_code(base::ErrorKind kind, int signal) {
  switch (kind) {
    case base::ErrorKind::usage:
      return kUsage;
    case base::ErrorKind::data:
      return 65;
    case base::ErrorKind::environment:
      return kEnvironment;
    case base::ErrorKind::unavailable:
      return 69;
    case base::ErrorKind::permission:
      return 77;
    case base::ErrorKind::io:
      return 74;
    case base::ErrorKind::timeout:
      return kDeadline;
    case base::ErrorKind::cancelled:
      return signal != 0 ? 128 + signal : 130;
    case base::ErrorKind::bug:
      return kBug;
  }
  return kBug;
}

void ExitCode::add(int code) {
  if (rank(code) < rank(value_)) value_ = code;
}

}  // namespace ci::optimize
