#include "delta/sweep.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "platform/cores.hpp"
#include "platform/file_descriptor.hpp"
#include "platform/raw_directory.hpp"
#include "platform/system_error.hpp"

namespace ci::delta {
namespace {

using base::fail;
using platform::FileDescriptor;
using platform::system_error;

// More threads than cores: on a machine that has just booted they wait for the disk, which answers many at once.
constexpr unsigned kJobsPerCore = 4;
constexpr unsigned kMostJobs = 16;
constexpr std::size_t kListingStep = std::size_t{64} << 10;
constexpr unsigned kWanted = STATX_TYPE | STATX_MODE | STATX_NLINK | STATX_UID | STATX_GID | STATX_INO | STATX_SIZE |
                             STATX_MTIME | STATX_CTIME | STATX_MNT_ID;

std::optional<Type> type_of_mode(std::uint32_t mode) {
  switch (mode & S_IFMT) {
    case S_IFREG:
      return Type::file;
    case S_IFDIR:
      return Type::directory;
    case S_IFLNK:
      return Type::symlink;
    case S_IFIFO:
      return Type::fifo;
    case S_IFSOCK:
      return Type::socket;
    case S_IFCHR:
      return Type::character_device;
    case S_IFBLK:
      return Type::block_device;
    default:
      return std::nullopt;
  }
}

std::int64_t nanoseconds(const statx_timestamp& time) {
  return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

Status to_status(const struct statx& raw) {
  Status status;
  status.inode = raw.stx_ino;
  status.size = raw.stx_size;
  status.modified = nanoseconds(raw.stx_mtime);
  status.changed = nanoseconds(raw.stx_ctime);
  status.mode = raw.stx_mode & 07777U;
  status.uid = raw.stx_uid;
  status.gid = raw.stx_gid;
  status.links = raw.stx_nlink;
  return status;
}

int stat_at(int folder, const char* name, struct statx& raw) {
  const int flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC;
  return ::statx(folder, name, *name == '\0' ? flags | AT_EMPTY_PATH : flags, kWanted, &raw) == 0 ? 0 : errno;
}

// Which mount an inode belongs to: the kernel's own number where it tells (5.8), else the device.
struct Mount {
  std::uint64_t id = 0;
  std::uint64_t device = 0;

  explicit Mount(const struct statx& raw)
      : id((raw.stx_mask & STATX_MNT_ID) != 0 ? raw.stx_mnt_id : 0),
        device((std::uint64_t{raw.stx_dev_major} << 32) | raw.stx_dev_minor) {}

  // An overlay gives its files devices of their own: the mount's number decides where there is one.
  [[nodiscard]] bool same_as(const Mount& other) const {
    return id != 0 && other.id != 0 ? id == other.id : device == other.device;
  }
};

struct Folder {
  std::string path;
  std::uint64_t inode = 0;
  std::optional<Status> status;
};

// The folders still to visit. Empty and nobody at work means done.
class Queue {
 public:
  explicit Queue(Folder first) { waiting_.push_back(std::move(first)); }

  // The next folder; nothing when all is done or a worker failed.
  std::optional<Folder> take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return stopped_ || !waiting_.empty() || busy_ == 0; });
    if (stopped_ || waiting_.empty()) return std::nullopt;
    Folder folder = std::move(waiting_.back());
    waiting_.pop_back();
    ++busy_;
    return folder;
  }

  // Says that a taken folder is done and that these lie below it.
  void done(std::vector<Folder>& found) {
    const std::lock_guard lock(mutex_);
    for (auto& folder : found) waiting_.push_back(std::move(folder));
    --busy_;
    const bool over = waiting_.empty() && busy_ == 0;
    if (over || found.size() > 1) {
      changed_.notify_all();
    } else if (found.size() == 1) {
      changed_.notify_one();
    }
  }

  // Ends the walk with the first error.
  void stop(base::Error error) {
    const std::lock_guard lock(mutex_);
    if (!stopped_) error_ = std::move(error);
    stopped_ = true;
    changed_.notify_all();
  }

  [[nodiscard]] const std::optional<base::Error>& error() const { return error_; }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Folder> waiting_;
  std::size_t busy_ = 0;
  bool stopped_ = false;
  std::optional<base::Error> error_;
};

class Worker {
 public:
  Worker(unsigned number, int root, Mount mount, const SweepOptions& options, Detail detail,
         const OnListing& on_listing)
      : number_(number), root_(root), mount_(mount), options_(options), detail_(detail), on_listing_(on_listing) {}

  void run(Queue& queue) {
    while (auto folder = queue.take()) {
      below_.clear();
      if (auto read = visit(*folder); !read) {
        queue.stop(std::move(read.error()));
        return;
      }
      queue.done(below_);
    }
  }

  [[nodiscard]] const SweepTotals& totals() const { return totals_; }

 private:
  base::Result<void> visit(const Folder& folder) {
    const FileDescriptor opened = open_folder(folder.path);
    if (!opened) {
      // Gone, no folder any more, or a mount of its own: nothing of ours to see.
      if (errno == ENOENT || errno == ENOTDIR || errno == EXDEV || errno == ELOOP) return {};
      return fail(system_error("cannot read", folder.path, errno));
    }
    if (auto read = read_entries(folder.path, opened.get()); !read) return read;
    if (auto parsed = parse_entries(folder.path, opened.get()); !parsed) return parsed;
    ++totals_.folders;
    totals_.entries += entries_.size();
    on_listing_(number_, {folder.path, folder.inode, folder.status, entries_});
    for (const auto& entry : entries_) {
      if (entry.type != Type::directory || (detail_ == Detail::status && !entry.status)) continue;
      below_.push_back({path_in(folder.path, entry.name), entry.inode, entry.status});
    }
    return {};
  }

  // Leaves errno as it is on failure.
  FileDescriptor open_folder(const std::string& path) {
    const char* relative = path == "/" ? "." : path.c_str() + 1;
    if (confined_) {
      open_how how{};
      how.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW;
      how.resolve = RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS;
      FileDescriptor folder(static_cast<int>(::syscall(SYS_openat2, root_, relative, &how, sizeof how)));
      if (folder || (errno != ENOSYS && errno != EPERM && errno != EAGAIN)) return folder;
      // A kernel before 5.6, or a container's seccomp filter that does not know the call.
      confined_ = errno == EAGAIN;
    }
    FileDescriptor folder(::openat(root_, relative, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
    if (!folder) return folder;
    struct statx raw {};
    if (const int error = stat_at(folder.get(), "", raw); error != 0 || !Mount(raw).same_as(mount_)) {
      folder.reset();
      errno = error != 0 ? error : EXDEV;
    }
    return folder;
  }

  base::Result<void> read_entries(const std::string& path, int folder) {
    used_ = 0;
    for (;;) {
      if (buffer_.size() < used_ + kListingStep) buffer_.resize(used_ + 2 * kListingStep);
      const auto got = platform::read_directory(folder, std::span(buffer_).subspan(used_));
      if (got == 0 || (got < 0 && errno == ENOENT)) return {};
      if (got < 0) return fail(system_error("cannot read", path, errno));
      used_ += static_cast<std::size_t>(got);
    }
  }

  base::Result<void> parse_entries(const std::string& path, int folder) {
    entries_.clear();
    const bool look_for_excluded = options_.exclusions.any_in(path);
    platform::for_each_entry(std::span(buffer_).first(used_), [&](const platform::RawEntry& raw) {
      if (look_for_excluded && options_.exclusions.holds(path_in(path, raw.name))) return;
      Entry entry;
      entry.name = raw.name;
      entry.inode = raw.inode;
      const auto type = type_of_mode(DTTOIF(static_cast<std::uint32_t>(raw.type)));
      if (type) entry.type = *type;
      entry.status.reset();
      unknown_type_ = unknown_type_ || !type;
      entries_.push_back(entry);
    });
    if (detail_ == Detail::names && !unknown_type_) return {};
    unknown_type_ = false;
    return look_at_inodes(path, folder);
  }

  base::Result<void> look_at_inodes(const std::string& path, int folder) {
    // Inodes lie on disk in the order of their numbers, names in the order of a hash.
    std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) { return a.inode < b.inode; });
    std::size_t kept = 0;
    for (auto& entry : entries_) {
      struct statx raw {};
      const int error = stat_at(folder, entry.name.data(), raw);
      if (error == ENOENT) continue;
      if (error != 0) return fail(system_error("cannot read", path_in(path, entry.name), error));
      if (const auto type = type_of_mode(raw.stx_mode)) entry.type = *type;
      if (detail_ == Detail::status && Mount(raw).same_as(mount_)) entry.status = to_status(raw);
      entries_[kept++] = entry;
    }
    entries_.resize(kept);
    return {};
  }

  unsigned number_;
  int root_;
  Mount mount_;
  const SweepOptions& options_;
  Detail detail_;
  const OnListing& on_listing_;
  std::vector<char> buffer_;
  std::size_t used_ = 0;
  std::vector<Entry> entries_;
  std::vector<Folder> below_;
  SweepTotals totals_;
  bool confined_ = true;
  bool unknown_type_ = false;
};

}  // namespace

unsigned sweep_jobs(const SweepOptions& options) {
  const unsigned wanted = options.jobs != 0 ? options.jobs : kJobsPerCore * platform::usable_cores();
  return std::clamp(wanted, 1U, kMostJobs);
}

base::Result<SweepTotals> sweep(const SweepOptions& options, Detail detail, const OnListing& on_listing) {
  const FileDescriptor root(::open(options.root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root) return fail(system_error("cannot read", options.root.string(), errno));
  struct statx raw {};
  if (const int error = stat_at(root.get(), "", raw); error != 0)
    return fail(system_error("cannot read", options.root.string(), error));

  Folder first{"/", raw.stx_ino, std::nullopt};
  if (detail == Detail::status) first.status = to_status(raw);
  Queue queue(std::move(first));
  std::vector<Worker> workers;
  workers.reserve(sweep_jobs(options));
  for (unsigned number = 0; number < sweep_jobs(options); ++number) {
    workers.emplace_back(number, root.get(), Mount(raw), options, detail, on_listing);
  }
  {
    std::vector<std::jthread> threads;
    for (auto& worker : workers) threads.emplace_back([&worker, &queue] { worker.run(queue); });
  }
  if (queue.error()) return fail(*queue.error());
  SweepTotals totals;
  for (const auto& worker : workers) {
    totals.folders += worker.totals().folders;
    totals.entries += worker.totals().entries;
  }
  return totals;
}

base::Result<std::optional<std::pair<Type, Status>>> look_at(const std::filesystem::path& root, std::string_view path) {
  const std::string whole = root.string() + std::string(path);
  struct statx raw {};
  const int error = stat_at(AT_FDCWD, whole.c_str(), raw);
  if (error == ENOENT || error == ENOTDIR) return std::optional<std::pair<Type, Status>>();
  const auto type = type_of_mode(raw.stx_mode);
  if (error != 0 || !type) return fail(system_error("cannot read", whole, error != 0 ? error : EINVAL));
  return std::optional(std::pair(*type, to_status(raw)));
}

}  // namespace ci::delta
