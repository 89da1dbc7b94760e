#pragma once
// The calls of apt in a script.
#include <optional>
#include <string>
#include <vector>

#include "doctor/document.hpp"
#include "doctor/shell_script.hpp"

namespace ci::doctor {

enum class AptAction { update, install, other };

struct AptCommand {
  AptAction action = AptAction::other;
  std::size_t at = 0;       // offset of the command, with sudo and what else stands in front
  std::size_t tool_at = 0;  // offset of the word apt-get or apt
  std::vector<std::string> packages;
  bool under_timeout = false;       // runs under timeout(1)
  bool without_recommends = false;  // --no-install-recommends
  // Only options that mean the same to our action: -y and how much is said.
  bool only_plain_options = true;
};

// The calls of apt and apt-get in `script`, directly or behind sudo, env, timeout, nice, time.
std::vector<AptCommand> apt_commands(const ShellScript& script);

// A call together with where it stands.
struct PlacedAptCommand {
  AptCommand command;
  const Step* step = nullptr;
  const base::YamlMember* run = nullptr;  // of that step
};

// The calls in the scripts of `job`, in their order.
std::vector<PlacedAptCommand> apt_commands(const Job& job);

}  // namespace ci::doctor
