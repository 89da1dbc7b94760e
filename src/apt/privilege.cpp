#include "apt/privilege.hpp"

#include "base/text.hpp"

namespace ci::apt {

base::Result<std::vector<std::string>> root_prefix(const platform::Environment& environment,
                                                   platform::ProcessRunner& processes, base::Duration timeout) {
  if (environment.is_root()) return std::vector<std::string>{};
  platform::Command command;
  command.argv = {"sudo", "-n", "--", "true"};
  command.timeout = timeout;
  const auto outcome = processes.run(command);
  if (outcome && outcome->succeeded()) return std::vector<std::string>{"sudo", "-n", "--"};
  if (outcome && outcome->end == platform::End::cancelled) return base::fail(base::ErrorKind::cancelled, "cancelled");
  const std::string why = outcome ? std::string(base::trim(outcome->err)) : outcome.error().message;
  return base::fail(base::ErrorKind::permission, "cannot install packages: not root, and sudo does not work: " + why,
                    "run as root, or allow this user sudo without a password");
}

}  // namespace ci::apt
