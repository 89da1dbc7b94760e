#include "platform/process.hpp"

#include <fmt/format.h>

namespace ci::platform {

std::string Outcome::describe() const {
  switch (end) {
    case End::exited:
      return fmt::format("exit code {}", code);
    case End::signalled:
      return fmt::format("killed by signal {}", code);
    case End::timed_out:
      return fmt::format("timed out after {:.1f} s", base::seconds(elapsed));
    case End::stopped:
      return "stopped: " + stop_reason;
    case End::cancelled:
      return "cancelled";
  }
  return {};
}

}  // namespace ci::platform
