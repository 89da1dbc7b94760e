#include "cache/file_digester.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "platform/file_descriptor.hpp"
#include "platform/system_error.hpp"

namespace ci::cache {
namespace {

using base::ErrorKind;
using base::fail;
using platform::system_error;

constexpr std::size_t kBufferBytes = std::size_t{128} << 10;  // stays in the second-level cache
constexpr std::int64_t kDeviceLimit = std::int64_t{64} << 20;

}  // namespace

FileDigester::FileDigester(const platform::Cancellation& cancellation)
    : cancellation_(cancellation), buffer_(new unsigned char[kBufferBytes]) {}

base::Result<std::optional<FileDigester::Digested>> FileDigester::digest(const FoundFile& file) {
  const platform::FileDescriptor opened(::open(file.path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!opened) {
    auto error = system_error("cannot read", file.path, errno);
    if (errno == ENOENT && !file.is_regular)
      error.hint = "a broken symbolic link makes hashFiles() fail too; leave it out with a '!' pattern";
    return fail(std::move(error));
  }
  bool endless = false;
  if (!file.is_regular) {
    struct stat facts {};
    if (::fstat(opened.get(), &facts) != 0) return fail(system_error("cannot read", file.path, errno));
    if (S_ISDIR(facts.st_mode)) return std::nullopt;
    if (S_ISFIFO(facts.st_mode)) return fail(ErrorKind::io, fmt::format("cannot read {}: it is a pipe", file.path));
    endless = !S_ISREG(facts.st_mode);
  }
  Digested result;
  for (;;) {
    const auto got = ::read(opened.get(), buffer_.get(), kBufferBytes);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      const int error = errno;
      running_.finish();
      return fail(system_error("cannot read", file.path, error));
    }
    if (got == 0) break;
    running_.update(buffer_.get(), static_cast<std::size_t>(got));
    result.bytes += got;
    const bool cancelled = cancellation_.signal() != 0;
    if (!cancelled && !(endless && result.bytes > kDeviceLimit)) continue;
    running_.finish();
    if (cancelled) return fail(ErrorKind::cancelled, "interrupted");
    return fail(ErrorKind::io, fmt::format("cannot read {}: it is a device that does not end", file.path));
  }
  result.digest = running_.finish();
  return result;
}

}  // namespace ci::cache
