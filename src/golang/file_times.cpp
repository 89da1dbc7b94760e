#include "golang/file_times.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "base/digest.hpp"
#include "cache/directory_entries.hpp"
#include "cache/parallel_digests.hpp"
#include "platform/cores.hpp"
#include "platform/system_error.hpp"

namespace ci::golang {
namespace {

using base::Result;

constexpr std::int64_t kFirst = 978'307'200;           // 2001-01-01
constexpr std::uint64_t kSpan = 20ULL * 365 * 86'400;  // seconds

timespec time_of(const base::Sha256Digest& digest) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < sizeof bits; ++i) bits = bits << 8 | static_cast<unsigned char>(digest[i]);
  constexpr std::uint64_t kSecond = 1'000'000'000;
  timespec time{};
  time.tv_sec = kFirst + static_cast<std::int64_t>(bits % kSpan);
  time.tv_nsec = static_cast<std::int64_t>(bits / kSpan % kSecond);
  return time;
}

// Returns whether the file has the time now.
bool set_time(const std::string& path, const base::Sha256Digest& digest) {
  const timespec time = time_of(digest);
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return false;
  if (status.st_mtim.tv_sec == time.tv_sec && status.st_mtim.tv_nsec == time.tv_nsec) return true;
  const timespec times[2] = {{0, UTIME_OMIT}, time};
  return ::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW) == 0;
}

class Walk {
 public:
  explicit Walk(const platform::Platform& platform)
      : cancellation_(platform.cancellation), digests_(platform::usable_cores(), platform.cancellation) {}

  Result<void> enter(const std::string& path) {
    if (cancellation_.signal() != 0) return base::fail(base::ErrorKind::cancelled, "interrupted");
    cache::DirectoryEntries entries;
    if (const int error = entries.read(path); error != 0)
      return base::fail(platform::system_error("cannot read the folder", path, error));
    base::Sha256 names;
    for (const auto& entry : entries.all()) {
      if (entry.name.front() == '.' || entry.name == "node_modules") continue;
      const auto below = path + "/" + std::string(entry.name);
      names.update(fmt::format("{}:{}", entry.name.size(), entry.name));
      struct stat status {};
      if (::lstat(below.c_str(), &status) != 0) continue;
      if (S_ISDIR(status.st_mode)) {
        if (auto entered = enter(below); !entered) return entered;
      } else if (S_ISREG(status.st_mode) && status.st_size <= kLargestTimed) {
        if (digests_.failed()) return base::fail(digests_.finish().error());
        if (++files_ > kMostSources)
          return base::fail(base::ErrorKind::data, fmt::format("more than {} files", kMostSources));
        digests_.add({below, false});
      }
    }
    folders_.emplace_back(path, names.finish());
    return {};
  }

  Result<std::size_t> finish() {
    const auto digested = digests_.finish();
    if (!digested) return base::fail(digested.error());
    std::size_t set = 0;
    for (const auto& one : *digested) set += set_time(one.file.path, one.digest) ? 1 : 0;
    for (const auto& [path, digest] : folders_) set_time(path, digest);
    return set;
  }

 private:
  const platform::Cancellation& cancellation_;
  cache::ParallelDigests digests_;
  std::size_t files_ = 0;
  std::vector<std::pair<std::string, base::Sha256Digest>> folders_;
};

}  // namespace

Result<std::size_t> set_times_from_contents(const std::vector<SourceFolder>& folders,
                                            const platform::Platform& platform) {
  Walk walk(platform);
  for (const auto& folder : folders) {
    if (auto entered = walk.enter(folder.path.string()); !entered) return base::fail(entered.error());
  }
  return walk.finish();
}

}  // namespace ci::golang
