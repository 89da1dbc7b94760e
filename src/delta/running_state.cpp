#include "delta/running_state.hpp"

#include "base/text.hpp"
#include "platform/filesystem.hpp"

namespace ci::delta {
namespace {

namespace fs = std::filesystem;

// The word number `word`, from 0, of each line of a file.
std::set<std::string> column(const fs::path& file, std::size_t word) {
  std::set<std::string> values;
  const auto text = platform::read_file(file);
  if (!text) return values;
  for (const auto& line : base::split(*text, '\n')) {
    const auto words = base::split(line, ' ');
    if (word < words.size()) values.insert(words[word]);
  }
  values.erase("");
  return values;
}

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

}  // namespace

RunningState RunningState::look(const fs::path& root) {
  RunningState state;
  state.modules = column(root / "proc/modules", 0);
  state.mounts = column(root / "proc/self/mountinfo", 4);
  state.systemd = is_there(root / "run/systemd/system");
  state.apparmor = is_there(root / "sys/kernel/security/apparmor/profiles");
  state.binary_formats = is_there(root / "proc/sys/fs/binfmt_misc/register");
  return state;
}

}  // namespace ci::delta
