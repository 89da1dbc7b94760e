#include "smoke/shared_libraries.hpp"

#include <filesystem>
#include <fstream>

#include "base/text.hpp"

namespace ci::smoke {
namespace {

namespace fs = std::filesystem;

bool is_file(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

std::string find_file(const platform::Environment& environment, const std::string& file) {
  if (file.find('/') != std::string::npos) return is_file(file) ? file : "";
  for (const auto& folder : base::split(environment.get("PATH"), ':')) {
    if (is_file(fs::path(folder) / file)) return (fs::path(folder) / file).string();
  }
  return {};
}

bool is_elf(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  char magic[4] = {};
  stream.read(magic, sizeof magic);
  return stream.gcount() == 4 && std::string_view(magic, 4) ==
                                     "\x7f"
                                     "ELF";
}

}  // namespace

base::Result<std::vector<std::string>> unresolved_libraries(const platform::Platform& platform,
                                                            const std::string& file) {
  const auto broken = [&](const std::string& why) {
    return base::fail(base::ErrorKind::environment, file + ": " + why);
  };
  const std::string path = find_file(platform.environment, file);
  if (path.empty()) return broken("no such file");
  if (!is_elf(path)) return broken("not an ELF file");
  platform::Command command;
  command.argv = {"ldd", path};
  command.environment = {{"LC_ALL", "C"}};
  command.timeout = std::chrono::seconds(10);
  const auto outcome = platform.processes.run(command);
  if (!outcome) return broken(outcome.error().message);
  std::vector<std::string> missing;
  for (const auto& line : base::split(outcome->out, '\n')) {
    if (line.find("=> not found") != std::string::npos) missing.push_back(base::words(line).front());
  }
  const std::string said = outcome->out + outcome->err;
  const bool is_static =
      said.find("statically linked") != std::string::npos || said.find("not a dynamic executable") != std::string::npos;
  if (!outcome->succeeded() && missing.empty() && !is_static) return broken("ldd: " + std::string(base::trim(said)));
  return missing;
}

}  // namespace ci::smoke
