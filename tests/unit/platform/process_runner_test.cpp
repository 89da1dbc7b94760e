#include "platform/process_runner.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <fstream>
#include <thread>

#include "fakes/fake_cancellation.hpp"
#include "platform/child_process.hpp"
#include "platform/filesystem.hpp"
#include "platform/process_table.hpp"
#include "platform/system_clock.hpp"

namespace ci::platform {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

class ProcessRunnerTest : public testing::Test {
 protected:
  Command shell(std::string script) {
    Command command;
    command.argv = {"sh", "-c", std::move(script)};
    command.environment["DIR"] = folder_.path().string();
    return command;
  }

  Outcome run(const Command& command) {
    auto outcome = runner_.run(command);
    EXPECT_TRUE(outcome.has_value()) << outcome.error().message;
    return outcome ? *outcome : Outcome{};
  }

  std::filesystem::path file(const char* name) const { return folder_.path() / name; }

  // The process id that a script wrote to `name`; waits for the file for at most 5 s.
  pid_t pid_in(const char* name) const {
    for (int i = 0; i < 500; ++i) {
      pid_t pid = 0;
      if (std::ifstream(file(name)) >> pid) return pid;
      std::this_thread::sleep_for(10ms);
    }
    ADD_FAILURE() << name << " was not written";
    return 0;
  }

  static bool alive(pid_t pid) {
    for (const auto& entry : read_process_table()) {
      if (entry.pid == pid) return !entry.ended();
    }
    return false;
  }

  TemporaryFolder folder_ = TemporaryFolder::make(testing::TempDir(), "runner-").value();
  test::FakeCancellation cancellation_;
  SystemClock clock_{cancellation_};
  SystemProcessRunner runner_{clock_, cancellation_};
};

// A daemon by the book: forked twice, in a session of its own, deaf to TERM. It writes its process id to $DIR/daemon.
constexpr const char* kDaemon =
    "setsid sh -c '(trap \"\" TERM HUP; sh -c \"echo \\$PPID\" > $DIR/daemon.new; mv $DIR/daemon.new $DIR/daemon;"
    " while :; do sleep 0.1; done) & exit 0'; ";

TEST_F(ProcessRunnerTest, GivesTheExitCodeAndBothOutputs) {
  const auto outcome = run(shell("echo one; echo two >&2; exit 3"));
  EXPECT_EQ(outcome.end, End::exited);
  EXPECT_EQ(outcome.code, 3);
  EXPECT_EQ(outcome.out, "one\n");
  EXPECT_EQ(outcome.err, "two\n");
  EXPECT_EQ(outcome.describe(), "exit code 3");
  EXPECT_FALSE(outcome.succeeded());
}

TEST_F(ProcessRunnerTest, TellsASignalFromAnExitCode) {
  const auto outcome = run(shell("kill -SEGV $$"));
  EXPECT_EQ(outcome.end, End::signalled);
  EXPECT_EQ(outcome.code, SIGSEGV);
  EXPECT_EQ(outcome.describe(), "killed by signal 11");
}

TEST_F(ProcessRunnerTest, PassesArgumentsEnvironmentAndFolderAsTheyAre) {
  Command command;
  command.argv = {"sh", "-c", "printf '%s|%s|%s|%s' \"$1\" \"$ADDED\" \"${HOME-none}\" \"$PWD\"", "sh", "$(id) ; #"};
  command.environment["ADDED"] = "a b";
  command.unset = {"HOME"};
  command.directory = folder_.path().string();
  EXPECT_EQ(run(command).out, "$(id) ; #|a b|none|" + std::filesystem::canonical(folder_.path()).string());
}

TEST_F(ProcessRunnerTest, StartsWithDefaultSignalsEmptyInputAndThreeDescriptors) {
  const FileDescriptor leaky(::dup(0));  // not close-on-exec
  sigset_t usr1, before;
  sigemptyset(&usr1);
  sigaddset(&usr1, SIGUSR1);
  ::pthread_sigmask(SIG_BLOCK, &usr1, &before);
  const auto previous = ::signal(SIGPIPE, SIG_IGN);
  const auto outcome = run(shell("cat; grep -E '^Sig(Blk|Ign)' /proc/self/status; ls /proc/$$/fd; :"));
  ::signal(SIGPIPE, previous);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  EXPECT_EQ(outcome.out, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n0\n1\n2\n");
}

TEST_F(ProcessRunnerTest, SaysThatAProgramIsNotThere) {
  Command command;
  command.argv = {"no-such-program-here"};
  const auto outcome = runner_.run(command);
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().kind, base::ErrorKind::environment);
  EXPECT_THAT(outcome.error().message, HasSubstr("no-such-program-here: not found in PATH"));

  command.argv = {file("absent").string()};
  EXPECT_EQ(runner_.run(command).error().kind, base::ErrorKind::environment);
}

TEST_F(ProcessRunnerTest, SaysThatAProgramMayNotBeRun) {
  ASSERT_TRUE(write_file(file("plain"), "#!/bin/sh\n"));
  Command command;
  command.argv = {file("plain").string()};
  EXPECT_EQ(runner_.run(command).error().kind, base::ErrorKind::permission);

  command.argv = {"plain"};
  command.environment["PATH"] = folder_.path().string();
  EXPECT_EQ(runner_.run(command).error().kind, base::ErrorKind::permission);
}

TEST_F(ProcessRunnerTest, SaysThatAFolderIsNotThere) {
  auto command = shell("true");
  command.directory = file("absent").string();
  const auto outcome = runner_.run(command);
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().kind, base::ErrorKind::io);
  EXPECT_THAT(outcome.error().message, HasSubstr("absent"));
}

TEST_F(ProcessRunnerTest, HandsOutLinesOfEachStreamWithTheLastUnfinishedOne) {
  auto command = shell("echo a; echo; printf 'b\\nc'; echo d >&2");
  std::vector<std::string> out, err;
  command.on_line = [&](Stream stream, std::string_view line) {
    (stream == Stream::out ? out : err).emplace_back(line);
  };
  run(command);
  EXPECT_THAT(out, ElementsAre("a", "", "b", "c"));
  EXPECT_THAT(err, ElementsAre("d"));
}

TEST_F(ProcessRunnerTest, GivesALineBeforeTheCommandEnds) {
  auto command = shell("echo ready; while [ ! -e $DIR/go ]; do sleep 0.01; done");
  command.timeout = 5s;
  command.on_line = [&](Stream, std::string_view) { ASSERT_TRUE(write_file(file("go"), "")); };
  EXPECT_EQ(run(command).end, End::exited);
}

TEST_F(ProcessRunnerTest, KeepsOnlyTheEndOfALotOfOutput) {
  auto command =
      shell("i=0; while [ $i -lt 10 ]; do head -c 1048576 /dev/zero | tr '\\0' x; i=$((i+1)); done; echo end");
  std::size_t bytes = 0, longest = 0;
  command.on_line = [&](Stream, std::string_view line) {
    bytes += line.size();
    longest = std::max(longest, line.size());
  };
  const auto outcome = run(command);
  EXPECT_EQ(bytes, (std::size_t{10} << 20) + 3);
  EXPECT_EQ(longest, std::size_t{64} << 10);
  EXPECT_EQ(outcome.out.size(), std::size_t{64} << 10);
  EXPECT_EQ(outcome.out.substr(outcome.out.size() - 6), "xxend\n");
}

TEST_F(ProcessRunnerTest, ReadsTheStatusPipeThatTheChildHasAsItsInput) {
  auto command = shell("echo pmstatus:dpkg >&0; echo shown");
  command.status_pipe = true;
  std::vector<std::string> status;
  command.on_line = [&](Stream stream, std::string_view line) {
    if (stream == Stream::status) status.emplace_back(line);
  };
  EXPECT_EQ(run(command).out, "shown\n");
  EXPECT_THAT(status, ElementsAre("pmstatus:dpkg"));
}

TEST_F(ProcessRunnerTest, StopsAtTheDeadlineByTerm) {
  auto command = shell("trap 'echo bye; exit 0' TERM; while :; do sleep 0.05; done");
  command.timeout = 200ms;
  const auto outcome = run(command);
  EXPECT_EQ(outcome.end, End::timed_out);
  EXPECT_EQ(outcome.out, "bye\n");
  EXPECT_GE(outcome.elapsed, 200ms);
  EXPECT_LT(outcome.elapsed, 600ms);
  EXPECT_EQ(outcome.describe(), fmt::format("timed out after {:.1f} s", base::seconds(outcome.elapsed)));
}

TEST_F(ProcessRunnerTest, KillsWhatIgnoresTermAfterItsGrace) {
  auto command = shell("trap '' TERM; while :; do sleep 0.05; done");
  command.timeout = 200ms;
  command.grace = 300ms;
  const auto outcome = run(command);
  EXPECT_EQ(outcome.end, End::timed_out);
  EXPECT_GE(outcome.elapsed, 500ms);
  EXPECT_LT(outcome.elapsed, 500ms + 300ms);
}

TEST_F(ProcessRunnerTest, StopsADaemonThatLeftItsSessionAndIgnoresTerm) {
  auto command = shell(std::string(kDaemon) + "sleep 60");
  command.timeout = 500ms;
  command.grace = 200ms;
  const auto outcome = run(command);
  EXPECT_EQ(outcome.end, End::timed_out);
  EXPECT_LT(outcome.elapsed, 500ms + 200ms + 300ms);
  EXPECT_FALSE(alive(pid_in("daemon")));
}

TEST_F(ProcessRunnerTest, StopsWhatACommandLeftBehindWhenItEnds) {
  auto command = shell(std::string(kDaemon) + "while [ ! -e $DIR/daemon ]; do sleep 0.01; done; exit 4");
  command.grace = 100ms;
  const auto outcome = run(command);
  EXPECT_EQ(outcome.end, End::exited);
  EXPECT_EQ(outcome.code, 4);
  EXPECT_FALSE(alive(pid_in("daemon")));
}

TEST_F(ProcessRunnerTest, KeepsAServiceRunningThatMayStayAndDoesNotWaitForItsOutput) {
  auto command = shell(std::string(kDaemon) + "while [ ! -e $DIR/daemon ]; do sleep 0.01; done; echo done");
  command.leftovers = Leftovers::keep;
  const auto outcome = run(command);
  EXPECT_EQ(outcome.end, End::exited);
  EXPECT_EQ(outcome.out, "done\n");
  EXPECT_LT(outcome.elapsed, 1s);
  const pid_t daemon = pid_in("daemon");
  EXPECT_TRUE(alive(daemon));
  ::kill(daemon, SIGKILL);
  ::waitpid(daemon, nullptr, 0);
}

TEST_F(ProcessRunnerTest, StopsAtOnceWhenTheRunIsCancelled) {
  auto command = shell("echo started; sleep 60");
  command.on_line = [&](Stream, std::string_view) { cancellation_.raise(SIGINT); };
  const auto outcome = run(command);
  EXPECT_EQ(outcome.end, End::cancelled);
  EXPECT_EQ(outcome.describe(), "cancelled");
  EXPECT_LT(outcome.elapsed, 400ms);
}

TEST_F(ProcessRunnerTest, StartsNothingInACancelledRunButWhatHasToFinish) {
  cancellation_.raise(SIGTERM);
  auto command = shell("touch $DIR/ran; sleep 0.15");
  EXPECT_EQ(run(command).end, End::cancelled);
  EXPECT_FALSE(std::filesystem::exists(file("ran")));

  command.on_cancellation = OnCancellation::finish;
  EXPECT_TRUE(run(command).succeeded());
  EXPECT_TRUE(std::filesystem::exists(file("ran")));
}

TEST_F(ProcessRunnerTest, LetsACommandCleanUpAfterTerm) {
  auto command = shell("trap 'sh -c \"sleep 0.2; touch $DIR/cleaned\"; exit 0' TERM; while :; do sleep 0.05; done");
  command.timeout = 100ms;
  EXPECT_EQ(run(command).end, End::timed_out);
  EXPECT_TRUE(std::filesystem::exists(file("cleaned")));
}

TEST_F(ProcessRunnerTest, StopsWhenItsWatchSaysSo) {
  auto command = shell("sleep 60");
  command.watch = [calls = 0]() mutable -> std::optional<std::string> {
    if (++calls < 3) return std::nullopt;
    return "too slow";
  };
  const auto outcome = run(command);
  EXPECT_EQ(outcome.end, End::stopped);
  EXPECT_EQ(outcome.describe(), "stopped: too slow");
  EXPECT_GE(outcome.elapsed, 300ms);
  EXPECT_LT(outcome.elapsed, 900ms);
}

TEST_F(ProcessRunnerTest, StopsOnlyItsOwnProcessesWhenSeveralCommandsRun) {
  auto survivor = shell("(setsid sh -c 'sleep 0.9; echo child done'); echo done");
  Outcome survived;
  std::thread other([&] { survived = run(survivor); });
  std::vector<std::thread> stopped;
  for (int i = 0; i < 3; ++i) {
    stopped.emplace_back([&] {
      auto command = shell("setsid sleep 60 & sleep 60");
      command.timeout = 200ms;
      EXPECT_EQ(run(command).end, End::timed_out);
    });
  }
  for (auto& thread : stopped) thread.join();
  other.join();
  EXPECT_EQ(survived.end, End::exited);
  EXPECT_EQ(survived.out, "child done\ndone\n");
}

TEST_F(ProcessRunnerTest, LeavesNoZombies) {
  const auto children = [] {
    std::vector<pid_t> pids;
    for (const auto& entry : read_process_table()) {
      if (entry.parent == ::getpid()) pids.push_back(entry.pid);
    }
    return pids;
  };
  const auto before = children();
  run(shell("(sleep 0.01 &); (sleep 0.02 &); (setsid sleep 9 &); sleep 0.1"));
  EXPECT_EQ(children(), before);
}

// As on a hosted runner: we are an ordinary user, and sudo needs no password. Here sudo is a script that becomes root
// through a set-user-id copy of setpriv.
TEST_F(ProcessRunnerTest, StopsWhatRunsAsRootBySudo) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to make a set-user-id program";
  const auto setpriv = find_program("setpriv", "/usr/bin:/bin");
  if (!setpriv) GTEST_SKIP() << "setpriv is not installed";
  const std::string as_root = file("as-root").string() + " --reuid=0 -- ";
  std::filesystem::copy_file(*setpriv, file("as-root"));
  ASSERT_TRUE(write_file(file("sudo"), "#!/bin/sh\n[ \"$1\" = -n ] || exit 1\nshift\nexec " + as_root + "\"$@\"\n"));
  ASSERT_EQ(::chmod(file("as-root").c_str(), 04755) + ::chmod(file("sudo").c_str(), 0755) +
                ::chmod(folder_.path().c_str(), 0777),
            0);

  const pid_t user = ::fork();
  if (user == 0) {
    ::setenv("PATH", (folder_.path().string() + ":/usr/bin:/bin").c_str(), 1);
    if (::setgid(65534) != 0 || ::setuid(65534) != 0) ::_exit(1);
    SystemProcessRunner runner(clock_, cancellation_);
    auto command = shell(as_root + "sh -c 'echo $$ > $DIR/pid; exec sleep 60'");
    command.timeout = 500ms;
    const auto outcome = runner.run(command);
    ::_exit(outcome && outcome->end == End::timed_out && outcome->elapsed < 1500ms ? 0 : 2);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(user, &status, 0), user);
  if (!std::filesystem::exists(file("pid"))) GTEST_SKIP() << "set-user-id programs do not work in " << folder_.path();
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_FALSE(alive(pid_in("pid")));
}

TEST(ProcessStat, SurvivesNamesWithBlanksAndBrackets) {
  const auto entry = parse_process_stat(
      "4711 (a) S (b c) Z 12 13 14 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 0 0 18446744073709551615 1 1\n");
  EXPECT_EQ(entry.pid, 4711);
  EXPECT_EQ(entry.state, 'Z');
  EXPECT_EQ(entry.parent, 12);
  EXPECT_EQ(entry.session, 14);
  EXPECT_EQ(entry.start, 987654U);
  EXPECT_EQ(parse_process_stat("4711 (x").pid, 0);
  EXPECT_EQ(parse_process_stat("").pid, 0);
}

}  // namespace
}  // namespace ci::platform
