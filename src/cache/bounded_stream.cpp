#include "cache/bounded_stream.hpp"

namespace ci::cache {

base::Result<void> TimeLimit::check() const {
  if (platform_.cancellation.signal() != 0) return base::fail(base::ErrorKind::cancelled, "interrupted");
  if (platform_.clock.monotonic() >= end_) return base::fail(base::ErrorKind::timeout, "it took longer than it may");
  return {};
}

base::Result<std::size_t> BoundedSource::read(std::span<char> buffer) {
  if (auto fine = limit_.check(); !fine) return base::fail(fine.error());
  auto count = source_.read(buffer);
  if (count && *count == 0) at_end_ = true;
  return count;
}

base::Result<void> BoundedSink::write(std::string_view bytes) {
  if (auto fine = limit_.check(); !fine) return fine;
  sending_.begin();
  auto written = sink_.write(bytes);
  sending_.end();
  return written;
}

}  // namespace ci::cache
