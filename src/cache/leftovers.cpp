#include "cache/leftovers.hpp"

#include <filesystem>
#include <system_error>
#include <vector>

#include "archive/temporary_name.hpp"

namespace ci::cache {
namespace {

namespace fs = std::filesystem;

// A folder without write permission (as the Go module cache has) is opened for the moment.
void remove_file(const fs::path& path) {
  std::error_code error, ignored;
  if (fs::remove(path, error) || error != std::errc::permission_denied) return;
  const fs::path folder = path.parent_path();
  const auto mode = fs::status(folder, ignored).permissions();
  fs::permissions(folder, fs::perms::owner_write, fs::perm_options::add, ignored);
  fs::remove(path, ignored);
  fs::permissions(folder, mode, ignored);
}

}  // namespace

void remove_leftovers(const std::string& root) {
  std::vector<fs::path> found;
  std::error_code error;
  if (!fs::is_directory(fs::symlink_status(root, error))) return;  // a link leads to what nobody declared
  for (fs::recursive_directory_iterator entry(root, fs::directory_options::skip_permission_denied, error), end;
       !error && entry != end; entry.increment(error)) {
    if (archive::is_temporary_name(entry->path().filename().native())) found.push_back(entry->path());
  }
  for (const auto& path : found) remove_file(path);
}

}  // namespace ci::cache
