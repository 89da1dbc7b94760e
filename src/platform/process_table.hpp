#pragma once
// The processes of the machine, as proc(5) shows them.
#include <sys/types.h>

#include <string_view>
#include <vector>

namespace ci::platform {

struct ProcessEntry {
  pid_t pid = 0;
  pid_t parent = 0;
  pid_t session = 0;
  char state = '?';              // 'Z': ended, not reaped yet
  unsigned long long start = 0;  // clock ticks since boot; with pid, it names one process for ever

  [[nodiscard]] bool ended() const { return state == 'Z' || state == 'X'; }
};

// Returns every process that /proc shows; none when it is not mounted.
std::vector<ProcessEntry> read_process_table();

// Parses the text of /proc/PID/stat; pid is 0 when it is malformed.
ProcessEntry parse_process_stat(std::string_view stat);

// Whether process `pid` was started with `entry` ("NAME=value") in its environment; false when that cannot be read.
bool started_with(pid_t pid, std::string_view entry);

}  // namespace ci::platform
