#pragma once
// An archive's stream that ends with the time it may take, or when the run is asked to stop.
#include "archive/byte_stream.hpp"
#include "cache/sending_time.hpp"
#include "platform/platform.hpp"

namespace ci::cache {

// The time by which a restore or a save must be over.
class TimeLimit {
 public:
  TimeLimit(const platform::Platform& platform, platform::Monotonic end) : platform_(platform), end_(end) {}
  // Error: timeout or cancelled, once it is over.
  [[nodiscard]] base::Result<void> check() const;

 private:
  platform::Platform platform_;
  platform::Monotonic end_;
};

class BoundedSource final : public archive::ByteSource {
 public:
  BoundedSource(int descriptor, const TimeLimit& limit) : source_(descriptor), limit_(limit) {}
  base::Result<std::size_t> read(std::span<char> buffer) override;
  // Whether everything was read that there is.
  [[nodiscard]] bool at_end() const { return at_end_; }

 private:
  archive::DescriptorSource source_;
  TimeLimit limit_;
  bool at_end_ = false;
};

class BoundedSink final : public archive::ByteSink {
 public:
  // `sending` learns how long each write takes.
  BoundedSink(int descriptor, const TimeLimit& limit, SendingTime& sending)
      : sink_(descriptor), limit_(limit), sending_(sending) {}
  base::Result<void> write(std::string_view bytes) override;

 private:
  archive::DescriptorSink sink_;
  TimeLimit limit_;
  SendingTime& sending_;
};

}  // namespace ci::cache
