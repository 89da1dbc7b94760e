#include "apt/child_failure.hpp"

#include "base/text.hpp"

namespace ci::apt {

std::string failure_of_child(const platform::Outcome& outcome) {
  constexpr std::string_view kBefore = "ci-optimizer: error: ";
  std::string reason = outcome.describe();
  for (const auto& line : base::split(outcome.err, '\n')) {
    if (const auto at = line.find(kBefore); at != std::string::npos) reason = line.substr(at + kBefore.size());
  }
  return reason;
}

}  // namespace ci::apt
