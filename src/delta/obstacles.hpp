#pragma once
// What files cannot give back: effects of an installation on the running system.
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "delta/running_state.hpp"

namespace ci::delta {

struct Change;

enum class Remedy {
  replay,  // after the files are in place, run `command`
  refuse,  // only a real installation does it: this set of packages has no delta
};

struct Obstacle {
  std::string what;  // for people: "loads the kernel module fuse"
  Remedy remedy = Remedy::refuse;
  std::vector<std::string> command;
  std::string path;  // what it was seen by; "" when by no path
};

// A process and the program that it runs.
struct RunningProgram {
  int process = 0;
  std::string program;  // absolute path as seen from the root
};

// The processes that can be seen in /proc below `root`, kernel threads left out.
std::vector<RunningProgram> running_programs(const std::filesystem::path& root);

// Returns what in `changes` (in PathOrder), in the running state and among the processes cannot be brought back by
// files, in an order in which the commands can be run. /run is none of it: what lies there is made again at each boot.
std::vector<Obstacle> find_obstacles(std::span<const Change> changes, const RunningState& before,
                                     const RunningState& after, std::span<const RunningProgram> programs);

// Whether find_obstacles() can have made the command: the label of an archive is not trusted to name others.
bool is_replay(const std::vector<std::string>& command);

}  // namespace ci::delta
