#include "archive/metadata.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "archive/xattrs.hpp"

namespace ci::archive {
namespace {

constexpr std::int64_t kNanoseconds = 1'000'000'000;

std::array<timespec, 2> times(const Member& member) {
  std::int64_t seconds = member.mtime / kNanoseconds;
  std::int64_t rest = member.mtime % kNanoseconds;
  if (rest < 0) {
    rest += kNanoseconds;
    --seconds;
  }
  // The time of the last read is nobody's business: the kernel sets it.
  return {timespec{.tv_sec = 0, .tv_nsec = UTIME_OMIT}, timespec{.tv_sec = seconds, .tv_nsec = rest}};
}

bool is_below_any(const Member& member, const std::vector<std::string>& folders) {
  return member.root == 0 && std::any_of(folders.begin(), folders.end(),
                                         [&](const std::string& folder) { return is_below(member.path, folder); });
}

bool has_owner(const struct stat& status, const Owner& owner) {
  return status.st_uid == owner.uid && status.st_gid == owner.gid;
}

tl::unexpected<int> last_error() {
  return tl::unexpected<int>(errno);
}

}  // namespace

bool appears_whole(const Member& member, const PlaceOptions& options) {
  return is_below_any(member, options.whole_below) || appears_last(member, options);
}

bool appears_last(const Member& member, const PlaceOptions& options) {
  return is_below_any(member, options.last_below);
}

tl::expected<void, int> apply_metadata(int descriptor, const Member& member, const PlaceOptions& options) {
  if (options.owners == Owners::keep && member.owner) {
    struct stat status {};
    if (::fstat(descriptor, &status) != 0) return last_error();
    // Takes setuid bits and capabilities away, so it comes first.
    if (!has_owner(status, *member.owner) && ::fchown(descriptor, member.owner->uid, member.owner->gid) != 0) {
      return last_error();
    }
  }
  // An attribute can only be set while the file is writable, so before the mode.
  if (options.xattrs == Xattrs::keep) {
    if (auto good = write_xattrs(descriptor, member.xattrs); !good) return good;
  }
  if (::fchmod(descriptor, member.mode) != 0) return last_error();
  if (::futimens(descriptor, times(member).data()) != 0) return last_error();
  return {};
}

tl::expected<void, int> apply_link_metadata(int folder, const char* name, const Member& member,
                                            const PlaceOptions& options) {
  if (options.owners == Owners::keep && member.owner &&
      ::fchownat(folder, name, member.owner->uid, member.owner->gid, AT_SYMLINK_NOFOLLOW) != 0) {
    return last_error();
  }
  if (::utimensat(folder, name, times(member).data(), AT_SYMLINK_NOFOLLOW) != 0) return last_error();
  return {};
}

bool has_metadata(const struct stat& status, const Member& member, const PlaceOptions& options) {
  const timespec wanted = times(member)[1];
  return S_ISREG(status.st_mode) && static_cast<std::uint64_t>(status.st_size) == member.size &&
         (status.st_mode & 07777) == member.mode && status.st_mtim.tv_sec == wanted.tv_sec &&
         status.st_mtim.tv_nsec == wanted.tv_nsec &&
         (options.owners == Owners::omit || !member.owner || has_owner(status, *member.owner));
}

}  // namespace ci::archive
