#include "archive/comparison.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <span>

#include "archive/ordered_pipeline.hpp"
#include "archive/xattrs.hpp"
#include "platform/system_error.hpp"

namespace ci::archive {
namespace {

using base::fail;
using platform::system_error;

constexpr std::size_t kBatch = 64;  // members that a thread compares at once
constexpr std::size_t kReadBuffer = std::size_t{256} << 10;

bool has_type(mode_t mode, MemberType type) {
  if (type == MemberType::directory) return S_ISDIR(mode);
  return type == MemberType::symlink ? S_ISLNK(mode) : S_ISREG(mode);
}

// Compares members of one archive; one for each thread.
class TreeComparison {
 public:
  TreeComparison(const std::vector<ConfinedFolder>& roots, const CompareOptions& options)
      : cursors_(roots.begin(), roots.end()), target_cursors_(roots.begin(), roots.end()), options_(options) {}

  base::Result<std::vector<Difference>> compare(std::span<const Member> members) {
    found_.clear();
    for (const Member& member : members) {
      if (auto good = compare(member); !good) return fail(good.error());
    }
    return std::move(found_);
  }

 private:
  void add(const Member& member, DifferenceKind kind, std::string detail = {}) {
    found_.push_back({member.root, member.path, kind, std::move(detail)});
  }

  // Returns whether there is an entry of this path, reached without following a link, and puts its status into
  // `status`.
  static base::Result<bool> examine(FolderCursor& cursor, const std::string& path, struct stat& status) {
    const auto folder = cursor.folder(parent_of(path));
    int error = folder ? 0 : folder.error();
    if (folder && ::fstatat(*folder, std::string(name_in_parent(path)).c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
      error = errno;
    }
    if (error == 0) return true;
    if (error == ENOENT || error == ENOTDIR || error == ELOOP) return false;
    return fail(system_error("cannot examine", path, error));
  }

  base::Result<void> compare(const Member& member) {
    struct stat status {};
    const auto there = examine(cursors_[member.root], member.path, status);
    if (!there) return fail(there.error());
    if (member.type == MemberType::deletion) {
      if (*there) add(member, DifferenceKind::present);
      return {};
    }
    if (!*there) {
      add(member, DifferenceKind::absent);
      return {};
    }
    if (member.type == MemberType::hard_link) return compare_hard_link(member, status);
    if (!has_type(status.st_mode, member.type)) {
      add(member, DifferenceKind::type, fmt::format("no {}", name_of(member.type)));
      return {};
    }
    compare_status(member, status);
    if (member.type == MemberType::symlink) return compare_target(member);
    return compare_inside(member, status);
  }

  void compare_status(const Member& member, const struct stat& status) {
    const unsigned mode = status.st_mode & 07777;
    if (member.type != MemberType::symlink && mode != member.mode) {
      add(member, DifferenceKind::mode, fmt::format("{:04o} instead of {:04o}", mode, member.mode));
    }
    if (options_.owners == Owners::keep && member.owner && *member.owner != Owner{status.st_uid, status.st_gid}) {
      add(member, DifferenceKind::owner,
          fmt::format("{}:{} instead of {}:{}", status.st_uid, status.st_gid, member.owner->uid, member.owner->gid));
    }
    if (options_.mtimes == Mtimes::compare && file_state(status).mtime != member.mtime) {
      add(member, DifferenceKind::mtime);
    }
  }

  base::Result<void> compare_hard_link(const Member& member, const struct stat& status) {
    struct stat target {};
    const auto there = examine(target_cursors_[member.root], member.target, target);
    if (!there) return fail(there.error());
    if (!*there || target.st_dev != status.st_dev || target.st_ino != status.st_ino) {
      add(member, DifferenceKind::hard_link, fmt::format("not the same file as {}", member.target));
    }
    return {};
  }

  base::Result<void> compare_target(const Member& member) {
    const auto folder = cursors_[member.root].folder(parent_of(member.path));
    std::array<char, 4097> buffer{};
    const ssize_t size =
        folder ? ::readlinkat(*folder, std::string(name_in_parent(member.path)).c_str(), buffer.data(), buffer.size())
               : -1;
    if (size < 0) return fail(system_error("cannot read the link", member.path, errno));
    const std::string_view target(buffer.data(), static_cast<std::size_t>(size));
    if (target != member.target) {
      add(member, DifferenceKind::target, fmt::format("{} instead of {}", target, member.target));
    }
    return {};
  }

  // Extended attributes and contents.
  base::Result<void> compare_inside(const Member& member, const struct stat& status) {
    const bool is_file = member.type == MemberType::file;
    const bool has_size = static_cast<std::uint64_t>(status.st_size) == member.size;
    if (is_file && !has_size) {
      add(member, DifferenceKind::contents, fmt::format("{} bytes instead of {}", status.st_size, member.size));
    }
    const bool reads_contents = is_file && has_size;
    if (options_.xattrs == Xattrs::omit && !reads_contents) return {};
    const auto folder = cursors_[member.root].folder(parent_of(member.path));
    if (!folder) return fail(system_error("cannot open the folder of", member.path, folder.error()));
    const platform::FileDescriptor opened(
        ::openat(*folder, std::string(name_in_parent(member.path)).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!opened) return fail(system_error("cannot open", member.path, errno));
    if (options_.xattrs == Xattrs::keep) {
      const auto xattrs = read_xattrs(opened.get());
      if (!xattrs) return fail(system_error("cannot read the extended attributes of", member.path, xattrs.error()));
      if (*xattrs != member.xattrs) add(member, DifferenceKind::xattrs);
    }
    if (!reads_contents) return {};
    buffer_.resize(kReadBuffer);
    while (true) {
      const ssize_t count = ::read(opened.get(), buffer_.data(), buffer_.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return fail(system_error("cannot read", member.path, errno));
      if (count == 0) break;
      digest_.update(std::string_view(buffer_.data(), static_cast<std::size_t>(count)));
    }
    if (digest_.finish() != member.digest) add(member, DifferenceKind::contents);
    return {};
  }

  std::vector<FolderCursor> cursors_;
  std::vector<FolderCursor> target_cursors_;
  CompareOptions options_;
  base::Sha256 digest_;
  std::string buffer_;
  std::vector<Difference> found_;
};

}  // namespace

std::string_view name_of(DifferenceKind kind) {
  switch (kind) {
    case DifferenceKind::absent:
      return "absent";
    case DifferenceKind::present:
      return "present";
    case DifferenceKind::type:
      return "type";
    case DifferenceKind::mode:
      return "mode";
    case DifferenceKind::owner:
      return "owner";
    case DifferenceKind::mtime:
      return "mtime";
    case DifferenceKind::target:
      return "target";
    case DifferenceKind::hard_link:
      return "hard link";
    case DifferenceKind::xattrs:
      return "extended attributes";
    case DifferenceKind::contents:
      return "contents";
  }
  return "unknown";
}

base::Result<std::vector<Difference>> compare(const ArchiveListing& listing, const std::vector<TargetRoot>& targets,
                                              const CompareOptions& options) {
  const auto folders = TargetFolders::open(listing.head.roots, targets, {});
  if (!folders) return fail(folders.error());
  using Batch = std::span<const Member>;
  using Pipeline = OrderedPipeline<Batch, base::Result<std::vector<Difference>>>;
  std::vector<Pipeline::Work> works;
  const std::size_t threads = thread_count(options.jobs);
  for (std::size_t i = 0; i < threads; ++i) {
    const auto comparison = std::make_shared<TreeComparison>(folders->roots(), options);  // std::function copies
    works.emplace_back([comparison](Batch batch) { return comparison->compare(batch); });
  }
  std::vector<Difference> differences;
  Pipeline pipeline(std::move(works), 4 * threads);
  Batch rest(listing.members);
  while (!rest.empty() || !pipeline.empty()) {
    if (!rest.empty() && !pipeline.full()) {
      const std::size_t count = std::min(kBatch, rest.size());
      pipeline.push(rest.first(count));
      rest = rest.subspan(count);
      continue;
    }
    auto found = pipeline.pop();
    if (!found) return fail(found.error());
    std::move(found->begin(), found->end(), std::back_inserter(differences));
  }
  return differences;
}

}  // namespace ci::archive
