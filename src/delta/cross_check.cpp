#include "delta/cross_check.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <map>
#include <string>
#include <string_view>
#include <system_error>
#include <unordered_set>

#include "base/text.hpp"
#include "delta/volatile_paths.hpp"
#include "platform/filesystem.hpp"

namespace ci::delta {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;

// dpkg names the list after the package, and after its architecture too when it is Multi-Arch: same.
base::Result<std::string> read_list(const fs::path& root, const PackageChange& package) {
  const fs::path folder = root / "var/lib/dpkg/info";
  auto text = platform::read_file(folder / fmt::format("{}:{}.list", package.name, package.architecture));
  return text ? text : platform::read_file(folder / (package.name + ".list"));
}

// Finds where the paths of dpkg's lists really are: a list may name /lib/x where /lib is a link to usr/lib.
class RealPaths {
 public:
  explicit RealPaths(const fs::path& root) : root_(root) {
    struct stat status {};
    if (::stat(root.c_str(), &status) == 0) device_ = status.st_dev;
  }

  // The path below the root with the links in its folders resolved; "" when it is not there, or on another mount.
  std::string find(std::string_view path) {
    const auto& folder = real_folder(std::string(parent_of(path)));
    if (folder.empty()) return {};
    std::string real = path_in(folder, path.substr(path.rfind('/') + 1));
    struct stat status {};
    if (::lstat((root_.string() + real).c_str(), &status) != 0 || status.st_dev != device_) return {};
    return real;
  }

 private:
  // Resolves link by link, so that an absolute one stays below the root.
  const std::string& real_folder(const std::string& folder, int links_left = 40) {
    if (const auto known = folders_.find(folder); known != folders_.end()) return known->second;
    if (folder == "/") return folders_[folder] = "/";
    std::string real;
    const std::string parent = real_folder(std::string(parent_of(folder)), links_left);
    if (!parent.empty() && links_left > 0) {
      real = path_in(parent, folder.substr(folder.rfind('/') + 1));
      std::error_code error;
      const auto target = fs::read_symlink(root_.string() + real, error);
      if (!error) {
        const auto whole = (target.is_absolute() ? target : fs::path(parent) / target).lexically_normal();
        std::string text = whole.string();
        while (text.size() > 1 && text.ends_with('/')) text.pop_back();
        real = real_folder(text, links_left - 1);
      }
    }
    return folders_[folder] = real;
  }

  fs::path root_;
  dev_t device_ = 0;
  std::map<std::string, std::string> folders_;
};

}  // namespace

base::Result<void> check_against_lists(const Snapshot& snapshot, const std::vector<Change>& changes,
                                       const std::vector<PackageChange>& packages) {
  std::unordered_set<std::string_view> changed;
  for (const auto& change : changes) {
    if (change.kind != ChangeKind::deleted) changed.insert(change.path);
  }
  RealPaths real(snapshot.options.root);
  std::unordered_set<std::string> seen;
  for (const auto& package : packages) {
    if (package.after.empty()) continue;
    const auto list = read_list(snapshot.options.root, package);
    if (!list) return base::fail(list.error().within("cannot read the list of " + package.name));
    for (const auto& listed : base::split(*list, '\n')) {
      if (listed.size() < 2 || listed == "/." || changed.contains(listed) || !seen.insert(listed).second) continue;
      const auto path = real.find(listed);
      if (path.empty() || changed.contains(path) || snapshot.options.exclusions.covers(path)) continue;
      if (find_volatile(path) != nullptr || snapshot.names.entry(path)) continue;
      return base::fail(ErrorKind::environment,
                        fmt::format("{} of package {} is new, but the sweep did not see it", path, package.name));
    }
  }
  return {};
}

}  // namespace ci::delta
