#include "archive/pending_changes.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "platform/system_error.hpp"

namespace ci::archive {
namespace {

std::string name_of(std::string_view path) {
  return std::string(name_in_parent(path));
}

// Removes a file, a link or an empty folder. 0 or an error number.
int remove_entry(int folder, const std::string& name) {
  if (::unlinkat(folder, name.c_str(), 0) == 0) return 0;
  if (errno != EISDIR && errno != EPERM) return errno;
  return ::unlinkat(folder, name.c_str(), AT_REMOVEDIR) == 0 ? 0 : errno;
}

}  // namespace

tl::expected<void, int> put_in_place(int folder, const std::string& from, const std::string& to) {
  if (::renameat(folder, from.c_str(), folder, to.c_str()) == 0) return {};
  if (errno != EISDIR) return tl::unexpected<int>(errno);
  if (::unlinkat(folder, to.c_str(), AT_REMOVEDIR) != 0) return tl::unexpected<int>(errno);
  if (::renameat(folder, from.c_str(), folder, to.c_str()) != 0) return tl::unexpected<int>(errno);
  return {};
}

PendingChanges::PendingChanges(const std::vector<ConfinedFolder>& roots, const PlaceOptions& options)
    : when_added_(options.when_added), when_replaced_(options.when_replaced), cursors_(roots.begin(), roots.end()) {}

PendingChanges::~PendingChanges() {
  take_back();
}

void PendingChanges::tell_of(std::uint16_t root, std::string_view path) const {
  if (root == 0 && when_added_) when_added_(path);
}

void PendingChanges::replacing(std::uint16_t root, std::string_view path, const std::string& next) const {
  if (root == 0 && when_replaced_) when_replaced_(path, next);
}

void PendingChanges::added(std::uint16_t root, std::string_view path) {
  tell_of(root, path);
  const std::lock_guard lock(mutex_);
  if (!kept_) added_.push_back({root, std::string(path), {}});
}

void PendingChanges::postponed(std::uint16_t root, std::string_view path, std::string temporary) {
  const std::lock_guard lock(mutex_);
  postponed_.push_back({root, std::string(path), std::move(temporary)});
}

void PendingChanges::set_aside(std::uint16_t root, std::string_view path, std::string temporary) {
  const std::lock_guard lock(mutex_);
  set_aside_.push_back({root, std::string(path), std::move(temporary)});
}

tl::expected<int, int> PendingChanges::folder_of(const Change& change) {
  return cursors_[change.root].folder(parent_of(change.path));
}

base::Result<void> PendingChanges::keep() {
  kept_ = true;
  added_.clear();
  while (!set_aside_.empty()) {
    const Change& change = set_aside_.back();
    const auto folder = folder_of(change);
    const int error = folder ? remove_entry(*folder, change.temporary) : folder.error();
    if (error != 0) return base::fail(platform::system_error("cannot replace", change.path, error));
    set_aside_.pop_back();
  }
  return {};
}

base::Result<void> PendingChanges::put_postponed_in_place() {
  while (!postponed_.empty()) {
    const Change& change = postponed_.back();
    const auto folder = folder_of(change);
    if (!folder) return base::fail(platform::system_error("cannot open the folder of", change.path, folder.error()));
    const std::string name = name_of(change.path);
    if (::faccessat(*folder, name.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) != 0) {
      tell_of(change.root, change.path);
    } else {
      replacing(change.root, change.path, change.temporary);
    }
    if (auto placed = put_in_place(*folder, change.temporary, name); !placed)
      return base::fail(platform::system_error("cannot replace", change.path, placed.error()));
    postponed_.pop_back();
  }
  return {};
}

void PendingChanges::take_back() {
  for (const Change& change : postponed_) {
    if (const auto folder = folder_of(change)) remove_entry(*folder, change.temporary);
  }
  for (auto change = added_.rbegin(); change != added_.rend(); ++change) {
    if (const auto folder = folder_of(*change)) remove_entry(*folder, name_of(change->path));
  }
  for (const Change& change : set_aside_) {
    if (const auto folder = folder_of(change)) put_in_place(*folder, change.temporary, name_of(change.path));
  }
  postponed_.clear();
  added_.clear();
  set_aside_.clear();
}

}  // namespace ci::archive
