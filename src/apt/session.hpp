#pragma once
// What every part of one installation works with; borrowed from it.
#include <chrono>

#include "apt/apt_tool.hpp"
#include "apt/phase_timer.hpp"
#include "apt/problems.hpp"
#include "apt/settings.hpp"
#include "platform/platform.hpp"

namespace ci::apt {

struct Session {
  const platform::Platform& platform;
  const Settings& settings;
  AptTool& tool;
  PhaseTimer& timer;
  Problems& problems;
  platform::Monotonic started;
};

// The most that a question to dpkg or apt may take.
inline constexpr auto kQuestion = std::chrono::seconds(30);

}  // namespace ci::apt
