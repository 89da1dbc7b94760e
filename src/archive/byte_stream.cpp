#include "archive/byte_stream.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "platform/system_error.hpp"

namespace ci::archive {

base::Result<void> DescriptorSink::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return base::fail(platform::system_error("cannot write the archive", errno));
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

base::Result<std::size_t> DescriptorSource::read(std::span<char> buffer) {
  while (true) {
    const ssize_t count = ::read(descriptor_, buffer.data(), buffer.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) return base::fail(platform::system_error("cannot read the archive", errno));
  }
}

base::Result<std::size_t> MemorySource::read(std::span<char> buffer) {
  const std::size_t count = std::min(buffer.size(), rest_.size());
  std::copy_n(rest_.begin(), count, buffer.begin());
  rest_.remove_prefix(count);
  return count;
}

base::Result<void> read_whole(ByteSource& source, std::span<char> buffer) {
  while (!buffer.empty()) {
    auto count = source.read(buffer);
    if (!count) return base::fail(count.error());
    if (*count == 0) return base::fail(base::ErrorKind::data, "the archive ends early");
    buffer = buffer.subspan(*count);
  }
  return {};
}

}  // namespace ci::archive
