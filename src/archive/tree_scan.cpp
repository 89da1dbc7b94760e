#include "archive/tree_scan.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>
#include <limits>
#include <map>
#include <memory>
#include <span>

#include "archive/ordered_pipeline.hpp"
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

// Looks at paths of one root. For one thread.
class RootScan {
 public:
  RootScan(std::uint16_t root, const ConfinedFolder& folder, const ScanOptions& options)
      : root_(root), cursor_(folder), options_(options) {}

  base::Result<TreeScan> scan(std::span<const std::string> paths) {
    found_ = {};
    for (const std::string& path : paths) {
      if (auto good = add(path); !good) return fail(good.error());
    }
    return std::move(found_);
  }

 private:
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
      if (status.st_nlink > 1 && options_.hard_links == HardLinks::keep) member.linked = Linked::yes;
    } else {
      return fail(ErrorKind::data,
                  fmt::format("cannot archive {}: it is {}", printed(path), refused_type(status.st_mode)));
    }
    if (auto good = check(member); !good) return good;
    found_.files.push_back(std::move(scanned));
    return {};
  }

  static std::string printed(const std::string& path) { return base::valid_utf8(path); }

  Member member_of(const std::string& path, const struct stat& status) const {
    Member member{.root = root_};
    member.path = path;
    member.mode = static_cast<std::uint16_t>(status.st_mode & 07777);
    member.mtime = options_.fixed_mtime.value_or(nanoseconds(status.st_mtim));
    if (options_.owners == Owners::keep) member.owner = Owner{status.st_uid, status.st_gid};
    return member;
  }

  std::uint16_t root_;
  FolderCursor cursor_;
  const ScanOptions& options_;
  TreeScan found_;
};

// Makes files that were seen before hard links to their first names, from `begin` of `files` on: those of one root,
// of which the ones with several names are marked.
void join_links(std::vector<ScannedMember>& files, std::size_t begin) {
  std::map<std::pair<dev_t, ino_t>, std::size_t> first_names;  // places in `files`
  for (std::size_t i = begin; i < files.size(); ++i) {
    if (files[i].member.linked == Linked::no) continue;
    files[i].member.linked = Linked::no;
    const auto [first, is_first] = first_names.try_emplace({files[i].state.device, files[i].state.inode}, i);
    if (is_first) continue;
    Member& file = files[first->second].member;
    file.linked = Linked::yes;
    Member link{.type = MemberType::hard_link, .root = file.root};
    link.path = std::move(files[i].member.path);
    link.target = file.path;
    files[i].member = std::move(link);
  }
}

// Looks at `paths`, in the order of archives, with several threads.
base::Result<void> scan_root(std::uint16_t root, const ConfinedFolder& folder, const std::vector<std::string>& paths,
                             const ScanOptions& options, TreeScan& found) {
  constexpr std::size_t kAtOnce = 512;
  using Pipeline = OrderedPipeline<std::span<const std::string>, base::Result<TreeScan>>;
  std::vector<Pipeline::Work> works;
  for (std::size_t i = std::min(thread_count(0), paths.size() / kAtOnce + 1); i > 0; --i) {
    const auto one = std::make_shared<RootScan>(root, folder, options);  // std::function copies
    works.emplace_back([one](std::span<const std::string> some) { return one->scan(some); });
  }
  const std::size_t first_file = found.files.size();
  found.files.reserve(first_file + paths.size());
  Pipeline pipeline(std::move(works), std::numeric_limits<std::size_t>::max());
  for (std::size_t i = 0; i < paths.size(); i += kAtOnce) {
    pipeline.push(std::span(paths).subspan(i, std::min(kAtOnce, paths.size() - i)));
  }
  while (!pipeline.empty()) {
    auto some = pipeline.pop();
    if (!some) return fail(some.error());
    std::move(some->tree.begin(), some->tree.end(), std::back_inserter(found.tree));
    std::move(some->files.begin(), some->files.end(), std::back_inserter(found.files));
  }
  join_links(found.files, first_file);
  return {};
}

// Returns `paths` in the order of archives, each once: themselves when they are so, else in `ordered`.
const std::vector<std::string>& in_order(const std::vector<std::string>& paths, std::vector<std::string>& ordered) {
  const auto out_of_order = [](const std::string& a, const std::string& b) { return !comes_before(a, b); };
  if (std::adjacent_find(paths.begin(), paths.end(), out_of_order) == paths.end()) return paths;
  ordered = paths;
  std::sort(ordered.begin(), ordered.end(), comes_before);
  ordered.erase(std::unique(ordered.begin(), ordered.end()), ordered.end());
  return ordered;
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
    std::vector<std::string> ordered;
    const auto& deletions = in_order(roots[root].deletions, ordered);
    for (auto path = deletions.rbegin(); path != deletions.rend(); ++path) {
      Member member{.type = MemberType::deletion, .root = static_cast<std::uint16_t>(root)};
      member.path = *path;
      if (auto good = check(member); !good) return fail(good.error());
      found.tree.push_back(std::move(member));
    }
  }
  for (std::size_t root = 0; root < roots.size(); ++root) {
    std::vector<std::string> ordered;
    const auto& paths = in_order(roots[root].paths, ordered);
    auto scanned = scan_root(static_cast<std::uint16_t>(root), folders[root], paths, options, found);
    if (!scanned) return fail(scanned.error());
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
