#include "archive/target_folders.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "base/text.hpp"
#include "platform/system_error.hpp"

namespace ci::archive {
namespace {

using base::ErrorKind;
using base::fail;
using platform::system_error;

constexpr mode_t kImpliedMode = 0755;
constexpr mode_t kModeWhileFilled = 0700;

std::string c_name(std::string_view path) {
  return std::string(name_in_parent(path));
}

}  // namespace

struct TargetFolders::Shared {
  struct Granted {
    std::uint16_t root;
    std::string path;
    mode_t mode;
  };
  std::mutex mutex;
  std::vector<Granted> granted;
};

TargetFolders::TargetFolders(std::vector<ConfinedFolder> roots, std::vector<std::vector<std::string>> within,
                             const PlaceOptions& options)
    : roots_(std::move(roots)),
      within_(std::move(within)),
      options_(options),
      pending_(std::make_unique<PendingChanges>(roots_, options)),
      shared_(std::make_unique<Shared>()) {}
TargetFolders::TargetFolders(TargetFolders&&) noexcept = default;
TargetFolders::~TargetFolders() {
  if (!shared_) return;
  pending_->take_back();
  restore_modes();
}

base::Result<TargetFolders> TargetFolders::open(const std::vector<std::string>& names,
                                                const std::vector<TargetRoot>& targets, const PlaceOptions& options) {
  std::vector<ConfinedFolder> roots;
  std::vector<std::vector<std::string>> within;
  for (const std::string& name : names) {
    const auto target =
        std::find_if(targets.begin(), targets.end(), [&](const TargetRoot& root) { return root.name == name; });
    if (target == targets.end()) {
      return fail(ErrorKind::data, fmt::format("the archive has members for \"{}\", which is not expected here",
                                               base::valid_utf8(name)));
    }
    auto folder = ConfinedFolder::open(target->folder);
    if (!folder) return fail(folder.error());
    roots.push_back(std::move(*folder));
    within.push_back(target->within);
  }
  return TargetFolders(std::move(roots), std::move(within), options);
}

base::Result<void> TargetFolders::check_declared(const Member& member) const {
  const auto declares = [&](const std::string& path) { return member.path == path || is_below(member.path, path); };
  if (member.root < within_.size()) {
    const std::vector<std::string>& within = within_[member.root];
    if (within.empty() || std::any_of(within.begin(), within.end(), declares)) return {};
  }
  return fail(ErrorKind::data,
              fmt::format("member {}: it is outside of what was asked for", base::valid_utf8(member.path)));
}

base::Result<int> TargetFolders::folder_for(const Member& member, std::vector<FolderCursor>& cursors) {
  const std::string_view parent = parent_of(member.path);
  auto folder = cursors[member.root].folder(parent);
  if (!folder && folder.error() == ENOENT) {
    if (auto made = make_missing(member); !made) return fail(made.error());
    folder = cursors[member.root].folder(parent);
  }
  if (!folder) return fail(system_error("cannot open the folder of", member.path, folder.error()));
  return *folder;
}

base::Result<void> TargetFolders::make_missing(const Member& member) {
  const std::lock_guard lock(shared_->mutex);
  const std::string_view parent = parent_of(member.path);
  FolderCursor cursor(roots_[member.root]);
  for (std::size_t end = 0; end < parent.size();) {
    end = std::min(parent.find('/', end + 1), parent.size());
    const std::string_view path = parent.substr(0, end);
    const auto above = cursor.folder(parent_of(path));
    if (!above) return fail(system_error("cannot open the folder of", path, above.error()));
    const std::string name = c_name(path);
    int error = ::mkdirat(*above, name.c_str(), kImpliedMode) == 0 ? 0 : errno;
    if (error == EACCES && grant(*above, member.root, parent_of(path))) {
      error = ::mkdirat(*above, name.c_str(), kImpliedMode) == 0 ? 0 : errno;
    }
    if (error == EEXIST) continue;
    if (error == 0) pending_->added(member.root, path);
    if (error == 0 && ::fchmodat(*above, name.c_str(), kImpliedMode, 0) != 0) error = errno;
    if (error != 0) return fail(system_error("cannot make", path, error));
  }
  return {};
}

bool TargetFolders::grant_writing(int folder, const Member& member) {
  const std::lock_guard lock(shared_->mutex);
  return grant(folder, member.root, parent_of(member.path));
}

bool TargetFolders::grant(int folder, std::uint16_t root, std::string_view path) {
  const platform::FileDescriptor opened(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  struct stat status {};
  if (!opened || ::fstat(opened.get(), &status) != 0 || status.st_uid != ::geteuid()) return false;
  const mode_t mode = status.st_mode & 07777;
  if ((mode & kModeWhileFilled) == kModeWhileFilled) return true;  // by another thread, a moment ago
  if (::fchmod(opened.get(), mode | kModeWhileFilled) != 0) return false;
  shared_->granted.push_back({root, std::string(path), mode});
  return true;
}

base::Result<void> TargetFolders::make(const Member& member, std::vector<FolderCursor>& cursors) {
  const auto parent = folder_for(member, cursors);
  if (!parent) return fail(parent.error());
  const std::string name = c_name(member.path);
  // As open as it will be: who ends here, killed, leaves a folder that others can use. Its files are closed until they
  // are complete.
  const mode_t mode = (member.mode & 07777) | kModeWhileFilled;
  const auto make_folder = [&] {
    if (::mkdirat(*parent, name.c_str(), mode) != 0) return errno;
    pending_->added(member.root, member.path);
    return ::fchmodat(*parent, name.c_str(), mode, 0) == 0 ? 0 : errno;
  };
  int error = make_folder();
  if (error == EACCES && grant_writing(*parent, member)) error = make_folder();
  if (error == EEXIST) {
    struct stat status {};
    if (::fstatat(*parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
      return fail(system_error("cannot examine", member.path, errno));
    }
    error = 0;
    if (!S_ISDIR(status.st_mode)) {
      const std::string temporary = pending_->temporary_name();
      pending_->replacing(member.root, member.path, "");
      error = ::renameat(*parent, name.c_str(), *parent, temporary.c_str()) == 0 ? 0 : errno;
      if (error == 0) {
        pending_->set_aside(member.root, member.path, temporary);
        error = make_folder();
      }
    }
  }
  if (error != 0) return fail(system_error("cannot make", member.path, error));
  made_.push_back(member);
  return {};
}

void TargetFolders::restore_modes() {
  const std::lock_guard lock(shared_->mutex);
  for (const auto& [root, path, mode] : shared_->granted) {
    // Nothing is left to do about a failure: the mode that allows more stays.
    const OpenedFolder folder = roots_[root].open_folder(path);
    if (!folder) continue;
    const platform::FileDescriptor opened(::openat(folder->get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened || ::fchmod(opened.get(), mode) != 0) continue;
  }
  shared_->granted.clear();
}

base::Result<void> TargetFolders::finish() {
  restore_modes();
  std::vector<FolderCursor> cursors(roots_.begin(), roots_.end());
  for (auto member = made_.rbegin(); member != made_.rend(); ++member) {
    const auto parent = folder_for(*member, cursors);
    if (!parent) return fail(parent.error());
    const platform::FileDescriptor folder(
        ::openat(*parent, c_name(member->path).c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!folder) return fail(system_error("cannot open", member->path, errno));
    if (auto good = apply_metadata(folder.get(), *member, options_); !good) {
      return fail(system_error("cannot set the metadata of", member->path, good.error()));
    }
  }
  return {};
}

}  // namespace ci::archive
