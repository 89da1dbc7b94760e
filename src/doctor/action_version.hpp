#pragma once
// Which version of an action a workflow uses.
#include <cstdint>
#include <optional>

#include "base/yaml.hpp"
#include "doctor/source.hpp"

namespace ci::doctor {

struct ActionVersion {
  std::int64_t major = 0;
  std::optional<std::int64_t> minor;  // "v5" is whatever minor version it stands for now
};

// The version that the value of `uses` names: "@v5", "@v5.1.0", or a commit hash with the comment "# v5.1.0" behind it.
// Nothing when it names none, so that nothing is known.
std::optional<ActionVersion> action_version(const Source& source, const base::YamlNode& uses);

}  // namespace ci::doctor
