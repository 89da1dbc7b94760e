#include "archive/tree_scan.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <memory>

#include "archive/xattrs.hpp"
#include "base/text.hpp"
#include "platform/system_error.hpp"

namespace ci::archive {
namespace {

using base::ErrorKind;
using base::fail;
using platform::system_error;

constexpr std::int64_t kNanoseconds = 1'000'000'000;

std::int64_t nanoseconds(const timespec& time) {
  return time.tv_sec * kNanoseconds + time.tv_nsec;
}

std::string_view refused_type(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFCHR:
      return "a character device";
    case S_IFBLK:
      return "a block device";
    case S_IFIFO:
      return "a FIFO";
    case S_IFSOCK:
      return "a socket";
    default:
      return "of an unknown type";
  }
}

base::Result<std::string> link_target(int folder, const std::string& name, std::string_view path) {
  std::array<char, 4097> buffer{};
  const ssize_t size = ::readlinkat(folder, name.c_str(), buffer.data(), buffer.size());
  if (size < 0) return fail(system_error("cannot read the link", path, errno));
  return std::string(buffer.data(), static_cast<std::size_t>(size));
}

base::Result<std::vector<Xattr>> folder_xattrs(int parent, const std::string& name, std::string_view path) {
  const platform::FileDescriptor folder(
      ::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!folder) return fail(system_error("cannot open", path, errno));
  auto xattrs = read_xattrs(folder.get());
  if (!xattrs) return fail(system_error("cannot read the extended attributes of", path, xattrs.error()));
  return std::move(*xattrs);
}

// Scans one root into what is there already.
class RootScan {
 public:
  RootScan(std::uint16_t root, const ConfinedFolder& folder, const ScanOptions& options, TreeScan& found)
      : root_(root), cursor_(folder), options_(options), found_(found) {}

  base::Result<void> add(const std::string& path) {
    if (!is_member_path(path)) return fail(ErrorKind::data, fmt::format("cannot archive {}: bad path", printed(path)));
    const auto parent = cursor_.folder(parent_of(path));
    if (!parent) return fail(system_error("cannot open the folder of", path, parent.error()));
    const std::string name(name_in_parent(path));
    struct stat status {};
    if (::fstatat(*parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
      return fail(system_error("cannot examine", path, errno));
    }
    ScannedMember scanned{.member = member_of(path, status), .state = file_state(status)};
    Member& member = scanned.member;
    if (S_ISDIR(status.st_mode)) {
      member.type = MemberType::directory;
      if (options_.xattrs == Xattrs::keep) {
        auto xattrs = folder_xattrs(*parent, name, path);
        if (!xattrs) return fail(xattrs.error());
        member.xattrs = std::move(*xattrs);
      }
      found_.tree.push_back(std::move(member));
      return {};
    }
    if (S_ISLNK(status.st_mode)) {
      auto target = link_target(*parent, name, path);
      if (!target) return fail(target.error());
      member.type = MemberType::symlink;
      member.mode = 0;
      member.target = std::move(*target);
    } else if (S_ISREG(status.st_mode)) {
      member.size = static_cast<std::uint64_t>(status.st_size);
      if (status.st_nlink > 1 && options_.hard_links == HardLinks::keep) join_links(scanned);
    } else {
      return fail(ErrorKind::data,
                  fmt::format("cannot archive {}: it is {}", printed(path), refused_type(status.st_mode)));
    }
    if (auto good = check(member); !good) return good;
    found_.files.push_back(std::move(scanned));
    return {};
  }

 private:
  static std::string printed(const std::string& path) { return base::valid_utf8(path); }

  Member member_of(const std::string& path, const struct stat& status) const {
    Member member{.root = root_};
    member.path = path;
    member.mode = static_cast<std::uint16_t>(status.st_mode & 07777);
    member.mtime = options_.fixed_mtime.value_or(nanoseconds(status.st_mtim));
    if (options_.owners == Owners::keep) member.owner = Owner{status.st_uid, status.st_gid};
    return member;
  }

  // Makes `scanned` a hard link when a name of the same file came before.
  void join_links(ScannedMember& scanned) {
    const auto [first, is_first] =
        first_names_.try_emplace({scanned.state.device, scanned.state.inode}, found_.files.size());
    if (is_first) return;
    Member& file = found_.files[first->second].member;
    file.linked = Linked::yes;
    Member link{.type = MemberType::hard_link, .root = root_};
    link.path = std::move(scanned.member.path);
    link.target = file.path;
    scanned.member = std::move(link);
  }

  std::uint16_t root_;
  FolderCursor cursor_;
  const ScanOptions& options_;
  TreeScan& found_;
  std::map<std::pair<dev_t, ino_t>, std::size_t> first_names_;  // places in found_.files
};

// `paths` in the order of archives, each once.
std::vector<std::string> in_order(const std::vector<std::string>& paths) {
  std::vector<std::string> sorted = paths;
  std::sort(sorted.begin(), sorted.end(), comes_before);
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  return sorted;
}

struct CloseListing {
  void operator()(DIR* listing) const { ::closedir(listing); }
};

base::Result<void> list_below(int parent, const std::string& path, std::vector<std::string>& found) {
  const std::string name = path.empty() ? "." : std::string(name_in_parent(path));
  const int folder = ::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (folder < 0) return fail(system_error("cannot open", path, errno));
  const std::unique_ptr<DIR, CloseListing> entries(::fdopendir(folder));
  if (!entries) return fail(system_error("cannot list", path, errno));
  while (true) {
    errno = 0;
    const dirent* entry = ::readdir(entries.get());
    if (entry == nullptr) break;
    const std::string_view entry_name(entry->d_name);
    if (entry_name == "." || entry_name == "..") continue;
    std::string entry_path = path.empty() ? std::string(entry_name) : fmt::format("{}/{}", path, entry_name);
    bool is_folder = entry->d_type == DT_DIR;
    if (entry->d_type == DT_UNKNOWN) {
      struct stat status {};
      is_folder = ::fstatat(folder, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode);
    }
    found.push_back(entry_path);
    if (!is_folder) continue;
    if (auto good = list_below(folder, entry_path, found); !good) return good;
  }
  if (errno != 0) return fail(system_error("cannot list", path, errno));
  return {};
}

}  // namespace

FileState file_state(const struct stat& status) {
  return {status.st_dev, status.st_ino, status.st_size, nanoseconds(status.st_mtim), nanoseconds(status.st_ctim)};
}

base::Result<TreeScan> scan(const std::vector<SourceRoot>& roots, const std::vector<ConfinedFolder>& folders,
                            const ScanOptions& options) {
  TreeScan found;
  for (std::size_t root = 0; root < roots.size(); ++root) {
    auto deletions = in_order(roots[root].deletions);
    for (auto path = deletions.rbegin(); path != deletions.rend(); ++path) {
      Member member{.type = MemberType::deletion, .root = static_cast<std::uint16_t>(root)};
      member.path = *path;
      if (auto good = check(member); !good) return fail(good.error());
      found.tree.push_back(std::move(member));
    }
  }
  for (std::size_t root = 0; root < roots.size(); ++root) {
    RootScan root_scan(static_cast<std::uint16_t>(root), folders[root], options, found);
    for (const std::string& path : in_order(roots[root].paths)) {
      if (auto good = root_scan.add(path); !good) return fail(good.error());
    }
  }
  return found;
}

base::Result<std::vector<std::string>> list_tree(const std::filesystem::path& folder,
                                                 const std::vector<std::string>& below) {
  auto root = ConfinedFolder::open(folder);
  if (!root) return fail(root.error());
  std::vector<std::string> found;
  for (const std::string& path : below) {
    const auto parent = root->open_folder(parent_of(path));
    if (!parent) return fail(system_error("cannot open the folder of", path, parent.error()));
    if (!path.empty()) {
      struct stat status {};
      if (::fstatat(parent->get(), std::string(name_in_parent(path)).c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
        return fail(system_error("cannot examine", path, errno));
      }
      found.push_back(path);
      if (!S_ISDIR(status.st_mode)) continue;
    }
    if (auto good = list_below(parent->get(), path, found); !good) return fail(good.error());
  }
  return found;
}

}  // namespace ci::archive
