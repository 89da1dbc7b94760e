#pragma once
// A cancellation that the test raises.
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdint>

#include "platform/cancellation.hpp"
#include "platform/file_descriptor.hpp"

namespace ci::test {

class FakeCancellation final : public platform::Cancellation {
 public:
  FakeCancellation() : raised_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

  // As if `signal` had arrived. May be called from any thread.
  void raise(int signal = SIGTERM) {
    signal_ = signal;
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(raised_.get(), &one, sizeof one);
  }

  [[nodiscard]] int signal() const override { return signal_; }
  [[nodiscard]] int descriptor() const override { return raised_.get(); }

 private:
  platform::FileDescriptor raised_;
  std::atomic<int> signal_ = 0;
};

}  // namespace ci::test
