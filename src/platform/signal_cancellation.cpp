#include "platform/signal_cancellation.hpp"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>

#include <array>
#include <cstdint>

namespace ci::platform {
namespace {

void raise_event(const FileDescriptor& event) {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(event.get(), &one, sizeof one);
}

sigset_t cancelling_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  struct sigaction hangup {};
  ::sigaction(SIGHUP, nullptr, &hangup);
  if (hangup.sa_handler != SIG_IGN) sigaddset(&set, SIGHUP);
  return set;
}

}  // namespace

SignalCancellation::SignalCancellation()
    : stop_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), raised_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  const sigset_t signals = cancelling_signals();
  ::pthread_sigmask(SIG_BLOCK, &signals, &mask_before_);
  arrivals_.reset(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &ignore, &pipe_before_);
  thread_ = std::thread([this] { wait_for_signals(); });
}

SignalCancellation::~SignalCancellation() {
  raise_event(stop_);
  thread_.join();
  take_arrivals();
  ::sigaction(SIGPIPE, &pipe_before_, nullptr);
  ::pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
}

void SignalCancellation::wait_for_signals() {
  std::array<pollfd, 2> waited = {pollfd{.fd = arrivals_.get(), .events = POLLIN, .revents = 0},
                                  pollfd{.fd = stop_.get(), .events = POLLIN, .revents = 0}};
  for (;;) {
    ::poll(waited.data(), waited.size(), -1);
    if (waited[1].revents != 0) return;
    take_arrivals();
  }
}

void SignalCancellation::take_arrivals() {
  // All but the first are dropped: left pending, they would end the program when the mask is restored.
  signalfd_siginfo arrival{};
  while (::read(arrivals_.get(), &arrival, sizeof arrival) == sizeof arrival) {
    int none = 0;
    if (signal_.compare_exchange_strong(none, static_cast<int>(arrival.ssi_signo))) raise_event(raised_);
  }
}

}  // namespace ci::platform
