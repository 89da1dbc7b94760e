#pragma once
// Cancellation by SIGINT, SIGTERM and SIGHUP.
#include <signal.h>

#include <atomic>
#include <thread>

#include "platform/cancellation.hpp"
#include "platform/file_descriptor.hpp"

namespace ci::platform {

// Takes over these signals from its construction to its destruction, and ignores SIGPIPE meanwhile. Make it before
// any thread, so that every thread inherits the mask. A SIGHUP that was ignored when the program began (nohup) stays
// so.
class SignalCancellation final : public Cancellation {
 public:
  SignalCancellation();
  SignalCancellation(const SignalCancellation&) = delete;
  SignalCancellation& operator=(const SignalCancellation&) = delete;
  ~SignalCancellation() override;

  [[nodiscard]] int signal() const override { return signal_.load(); }
  [[nodiscard]] int descriptor() const override { return raised_.get(); }

 private:
  void wait_for_signals();
  void take_arrivals();

  sigset_t mask_before_{};
  struct sigaction pipe_before_ {};
  FileDescriptor arrivals_;  // signalfd
  FileDescriptor stop_;      // eventfd: the object ends
  FileDescriptor raised_;    // eventfd: readable once a signal came
  std::atomic<int> signal_ = 0;
  std::thread thread_;
};

}  // namespace ci::platform
