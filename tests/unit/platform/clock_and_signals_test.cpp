#include <gtest/gtest.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <thread>

#include "fakes/fake_cancellation.hpp"
#include "platform/signal_cancellation.hpp"
#include "platform/system_clock.hpp"
#include "platform/system_environment.hpp"

namespace ci::platform {
namespace {

using namespace std::chrono_literals;

bool readable(int descriptor, int timeout_ms) {
  pollfd waited{.fd = descriptor, .events = POLLIN, .revents = 0};
  return ::poll(&waited, 1, timeout_ms) == 1;
}

TEST(SystemClock, SleepsAsLongAsItIsTold) {
  const test::FakeCancellation cancellation;
  SystemClock clock(cancellation);
  const auto begin = clock.monotonic();
  clock.sleep(30ms);
  EXPECT_GE(clock.monotonic() - begin, 30ms);
  clock.sleep(-1s);
  EXPECT_LT(clock.monotonic() - begin, 1s);
}

TEST(SystemClock, WakesEarlyWhenTheRunIsCancelled) {
  test::FakeCancellation cancellation;
  SystemClock clock(cancellation);
  const auto begin = clock.monotonic();
  std::thread canceller([&] { cancellation.raise(); });
  clock.sleep(10s);
  canceller.join();
  clock.sleep(10s);
  EXPECT_LT(clock.monotonic() - begin, 5s);
}

TEST(SignalCancellation, KeepsTheFirstSignalAndStaysReadable) {
  const SignalCancellation cancellation;
  EXPECT_EQ(cancellation.signal(), 0);
  EXPECT_FALSE(readable(cancellation.descriptor(), 0));
  ::kill(::getpid(), SIGTERM);
  ASSERT_TRUE(readable(cancellation.descriptor(), 5000));
  EXPECT_EQ(cancellation.signal(), SIGTERM);
  ::kill(::getpid(), SIGINT);
  EXPECT_TRUE(readable(cancellation.descriptor(), 0));
  EXPECT_EQ(cancellation.signal(), SIGTERM);
}

TEST(SignalCancellation, PutsMaskAndPipeSignalBackAtItsEnd) {
  const auto blocked = [](int signal) {
    sigset_t mask;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    return sigismember(&mask, signal) == 1;
  };
  const auto ignored = [](int signal) {
    struct sigaction action {};
    ::sigaction(signal, nullptr, &action);
    return action.sa_handler == SIG_IGN;
  };
  {
    const SignalCancellation cancellation;
    EXPECT_TRUE(blocked(SIGINT) && blocked(SIGTERM) && blocked(SIGHUP));
    EXPECT_TRUE(ignored(SIGPIPE));
  }
  EXPECT_FALSE(blocked(SIGINT) || blocked(SIGTERM) || blocked(SIGHUP));
  EXPECT_FALSE(ignored(SIGPIPE));
}

TEST(SignalCancellation, LeavesAHangupIgnoredThatWasIgnoredBefore) {
  const auto before = ::signal(SIGHUP, SIG_IGN);
  {
    const SignalCancellation cancellation;
    ::kill(::getpid(), SIGHUP);
    ::kill(::getpid(), SIGINT);
    ASSERT_TRUE(readable(cancellation.descriptor(), 5000));
    EXPECT_EQ(cancellation.signal(), SIGINT);
  }
  ::signal(SIGHUP, before);
}

TEST(SystemEnvironment, ReadsTheVariablesOfThisProcess) {
  ::setenv("CI_OPTIMIZER_TEST", "a=b", 1);
  const SystemEnvironment environment;
  EXPECT_EQ(environment.get("CI_OPTIMIZER_TEST"), "a=b");
  EXPECT_EQ(environment.all().at("CI_OPTIMIZER_TEST"), "a=b");
  ::unsetenv("CI_OPTIMIZER_TEST");
  EXPECT_EQ(environment.get("CI_OPTIMIZER_TEST"), "");
  EXPECT_EQ(environment.is_root(), ::geteuid() == 0);
}

}  // namespace
}  // namespace ci::platform
