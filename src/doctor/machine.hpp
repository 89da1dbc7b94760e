#pragma once
// What this machine offers and lacks for what we do on it.
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "doctor/finding.hpp"
#include "platform/platform.hpp"

namespace ci::doctor {

struct MachineFact {
  std::string name;                  // "privilege", "disk", ...
  std::optional<Severity> severity;  // nothing when all is well
  std::string state;                 // what was seen
  std::string advice;                // what to do; "" when there is nothing to say
};

// Looks at the machine below `root` ("/" but in tests). Asks sudo, dpkg, git and node, each for at most 10 s, and
// changes nothing.
std::vector<MachineFact> machine_facts(const platform::Platform& platform, const std::filesystem::path& root);

}  // namespace ci::doctor
