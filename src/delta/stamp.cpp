#include "delta/stamp.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <time.h>

#include <algorithm>
#include <cerrno>

#include "platform/file_descriptor.hpp"
#include "platform/system_error.hpp"

namespace ci::delta {
namespace {

// How far the clock may fall behind before it counts as set back: a tick, and what an adjusted clock may lose (500 ppm,
// adjtimex(2)), doubled. apt needs longer than that to start at all.
constexpr std::int64_t kTolerance = 20'000'000;
constexpr std::int64_t kSlewDivisor = 1000;

std::int64_t nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

std::int64_t read_clock(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return nanoseconds(time);
}

}  // namespace

base::Result<Stamp> take_stamp(const std::filesystem::path& root) {
  Stamp stamp;
  // The clock from which local file systems take their times.
  stamp.changed = read_clock(CLOCK_REALTIME_COARSE);
  stamp.wall = read_clock(CLOCK_REALTIME);
  stamp.running = read_clock(CLOCK_BOOTTIME);
  // A file without a name changes no folder. Where there is no such thing, the clock above has to do.
  const platform::FileDescriptor probe(::open(root.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
  if (!probe) {
    if (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL || errno == EROFS || errno == EACCES) return stamp;
    return base::fail(platform::system_error("cannot read the clock of", root, errno));
  }
  struct stat status {};
  if (::fstat(probe.get(), &status) == 0) stamp.changed = std::min(stamp.changed, nanoseconds(status.st_ctim));
  return stamp;
}

base::Result<void> check_clock(const Stamp& before, const Stamp& after) {
  const std::int64_t wall = after.wall - before.wall;
  const std::int64_t running = after.running - before.running;
  if (wall >= running - kTolerance - running / kSlewDivisor) return {};
  return base::fail(base::ErrorKind::environment,
                    fmt::format("the system's clock was set back by {} ms while packages were installed",
                                (running - wall) / 1'000'000));
}

}  // namespace ci::delta
