#include "smoke/smoke_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/fake_platform.hpp"
#include "platform/process_runner.hpp"
#include "platform/system_clock.hpp"
#include "platform/system_environment.hpp"
#include "smoke/shared_libraries.hpp"

namespace ci::smoke {
namespace {

using history::SmokeStatus;
using testing::HasSubstr;

// Real commands.
class SmokeTests : public testing::Test {
 protected:
  SmokeTest test(const char* run) {
    SmokeTest made;
    made.run = run;
    return made;
  }
  std::vector<history::SmokeOutcome> run(const std::vector<SmokeTest>& tests,
                                         std::optional<base::Duration> within = {}) {
    std::optional<platform::Monotonic> deadline;
    if (within) deadline = clock_.monotonic() + *within;
    return run_smoke_tests(platform_, tests, deadline);
  }
  test::FakePlatform fakes_;
  platform::SystemClock clock_{fakes_.cancellation};
  platform::SystemEnvironment environment_;
  platform::SystemProcessRunner processes_{clock_, fakes_.cancellation};
  platform::Platform platform_{clock_, environment_, processes_, fakes_.http, fakes_.log, fakes_.cancellation};
};

TEST_F(SmokeTests, PassByExitCodeAndPattern) {
  auto versioned = test("echo tool 1.2; echo more");
  versioned.matches = "^tool [0-9.]+$";
  auto refusing = test("exit 3");
  refusing.exit_code = 3;
  for (const auto& outcome : run({test("true"), versioned, refusing}))
    EXPECT_EQ(outcome.status, SmokeStatus::passed) << outcome.reason;
}

TEST_F(SmokeTests, FailWithAReasonAndTheEndOfTheOutput) {
  auto unmatched = test("echo tool 1.2");
  unmatched.matches = "^gadget";
  auto slow = test("sleep 60");
  slow.timeout = std::chrono::milliseconds(100);
  const auto outcomes =
      run({test("echo oh no >&2; exit 1"), unmatched, slow, test("kill -SEGV $$"), test("no-such-command-here")});
  EXPECT_THAT(outcomes[0].reason, HasSubstr("exit code 1 instead of 0"));
  EXPECT_EQ(outcomes[0].output, "oh no");
  EXPECT_THAT(outcomes[1].reason, HasSubstr("matches ^gadget"));
  EXPECT_EQ(outcomes[2].status, SmokeStatus::timed_out);
  EXPECT_EQ(outcomes[3].status, SmokeStatus::failed);
  EXPECT_EQ(outcomes[4].exit_code, 127);
}

TEST_F(SmokeTests, EndWithTheDeadlineOfTheRun) {
  const auto outcomes = run({test("sleep 60")}, std::chrono::milliseconds(100));
  EXPECT_EQ(outcomes[0].status, SmokeStatus::timed_out);
  EXPECT_LT(outcomes[0].seconds, 5);
}

TEST_F(SmokeTests, AreSkippedByACancellation) {
  fakes_.cancellation.raise(15);
  EXPECT_EQ(run({test("sleep 60")})[0].status, SmokeStatus::skipped);
}

TEST_F(SmokeTests, SeeThatEverySharedLibraryResolves) {
  EXPECT_TRUE(unresolved_libraries(platform_, "sh")->empty());
  EXPECT_TRUE(unresolved_libraries(platform_, "/bin/sh")->empty());
  EXPECT_THAT(unresolved_libraries(platform_, "/etc/passwd").error().message, HasSubstr("not an ELF file"));
  EXPECT_THAT(unresolved_libraries(platform_, "/no/such").error().message, HasSubstr("no such file"));
}

TEST_F(SmokeTests, NameTheLibraryThatIsMissing) {
  fakes_.processes.when(
      "ldd", test::ScriptedRun::exits(0, "\tlibblas.so.3 => not found\n\tlibc.so.6 => /lib/libc.so.6 (0x1)\n"));
  platform::Platform scripted{clock_, environment_, fakes_.processes, fakes_.http, fakes_.log, fakes_.cancellation};
  SmokeTest libraries;
  libraries.libraries = {"/bin/sh"};
  const auto outcomes = run_smoke_tests(scripted, {libraries}, std::nullopt);
  EXPECT_EQ(outcomes[0].status, SmokeStatus::failed);
  EXPECT_THAT(outcomes[0].reason, HasSubstr("lacks libblas.so.3"));
}

}  // namespace
}  // namespace ci::smoke
