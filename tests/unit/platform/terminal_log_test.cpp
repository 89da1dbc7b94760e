#include "platform/terminal_log.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <pty.h>
#include <unistd.h>

#include "base/json.hpp"
#include "base/text.hpp"
#include "fakes/fake_clock.hpp"
#include "fakes/fake_environment.hpp"
#include "platform/filesystem.hpp"
#include "platform/foreign_text.hpp"

namespace ci::platform {
namespace {

class TerminalLogTest : public testing::Test {
 protected:
  TerminalLogTest() : file_(::open(shown_path().c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) {}

  std::string shown_path() const { return folder_.path() / "shown"; }
  std::string shown() const { return read_file(shown_path()).value(); }
  TerminalLog log(Verbosity verbosity = Verbosity::normal, Style style = Style::plain) {
    return {environment_, file_.get(), verbosity, style};
  }

  TemporaryFolder folder_ = TemporaryFolder::make(testing::TempDir(), "log-").value();
  FileDescriptor file_;
  test::FakeEnvironment environment_;
  test::FakeClock clock_;
};

TEST_F(TerminalLogTest, SaysWhatFailedAndWhatToDo) {
  auto messages = log();
  messages.error({base::ErrorKind::permission, "cannot install: not root", "use sudo"});
  messages.error({base::ErrorKind::io, "cannot read x", ""});
  messages.warning("slow mirror");
  messages.info("226 packages");
  EXPECT_EQ(shown(),
            "ci-optimizer: error: cannot install: not root\nhint: use sudo\nci-optimizer: error: cannot read x\n"
            "ci-optimizer: warning: slow mirror\nci-optimizer: 226 packages\n");
}

TEST_F(TerminalLogTest, SaysMoreOrLessAsAskedTo) {
  const auto speak = [&](Verbosity verbosity) {
    auto messages = log(verbosity);
    messages.info("info");
    messages.detail("detail");
    messages.tool_line("tool");
    messages.begin_group("group");
    messages.end_group();
    messages.warning("warning");
  };
  speak(Verbosity::quiet);
  speak(Verbosity::normal);
  speak(Verbosity::verbose);
  EXPECT_EQ(shown(),
            "ci-optimizer: warning: warning\n"
            "ci-optimizer: info\n== group\nci-optimizer: warning: warning\n"
            "ci-optimizer: info\nci-optimizer: detail\ntool\n== group\nci-optimizer: warning: warning\n");
}

TEST_F(TerminalLogTest, ColoursOnlyWhenAskedToOrOnATerminal) {
  log(Verbosity::normal, Style::automatic).warning("plain file");
  environment_.variables["NO_COLOR"] = "1";
  log(Verbosity::normal, Style::coloured).warning("asked for");
  EXPECT_EQ(shown(), "ci-optimizer: warning: plain file\nci-optimizer: \x1b[33;1mwarning:\x1b[0m asked for\n");
}

TEST_F(TerminalLogTest, FoldsGroupsInActionsAndNeverNestsThem) {
  environment_.variables["GITHUB_ACTIONS"] = "true";
  auto messages = log();
  messages.begin_group("50% done\n::error::x");
  messages.tool_line("Unpacking ffmpeg");
  messages.begin_group("next");
  messages.end_group();
  messages.end_group();
  EXPECT_EQ(shown(), "::group::50%25 done ::error::x\nUnpacking ffmpeg\n::endgroup::\n::group::next\n::endgroup::\n");
}

TEST_F(TerminalLogTest, ShowsNoSecretAnywhere) {
  auto messages = log(Verbosity::verbose);
  ASSERT_TRUE(messages.copy_to(folder_.path() / "copy", clock_).has_value());
  messages.add_secret("hunter2");
  messages.add_secret("hunter2-long\nsecond line\nab\n");
  messages.tool_line("hunter2hunter2 and hunter2-long, second line, ab");
  messages.error({base::ErrorKind::io, "token hunter2", "not hunter2"});
  messages.begin_group("hunter2");
  EXPECT_EQ(shown(), "****** and ***, ***, ab\nci-optimizer: error: token ***\nhint: not ***\n== ***\n");
  EXPECT_THAT(read_file(folder_.path() / "copy").value(), testing::Not(testing::HasSubstr("hunter2")));
}

TEST_F(TerminalLogTest, DisarmsCommandsInItsOwnMessagesToo) {
  auto messages = log();
  messages.error({base::ErrorKind::environment, "no package\n::set-output name=x::y", "\n ##[error]z"});
  EXPECT_EQ(shown(), "ci-optimizer: error: no package\n| ::set-output name=x::y\nhint: \n ## [error]z\n");
}

TEST_F(TerminalLogTest, CopiesEveryMessageAsAJsonLine) {
  auto messages = log(Verbosity::quiet);
  ASSERT_TRUE(messages.copy_to(folder_.path() / "copy", clock_).has_value());
  messages.detail("a \"b\"\nc");
  messages.tool_line("t");
  messages.error({base::ErrorKind::io, "e", "h"});
  const auto lines = base::split(read_file(folder_.path() / "copy").value(), '\n');
  ASSERT_EQ(lines.size(), 4U);
  const auto first = base::parse_json(lines[0]).value(), last = base::parse_json(lines[2]).value();
  EXPECT_EQ(first["timestamp"].as_string(), "2026-11-21T04:24:00.000000Z");
  EXPECT_EQ(first["level"].as_string(), "debug");
  EXPECT_EQ(first["message"].as_string(), "a \"b\"\nc");
  EXPECT_EQ(base::parse_json(lines[1]).value()["level"].as_string(), "tool");
  EXPECT_EQ(last["hint"].as_string(), "h");
  EXPECT_EQ(shown(), "ci-optimizer: error: e\nhint: h\n");
  EXPECT_FALSE(messages.copy_to("/nonexistent/folder/copy", clock_).has_value());
}

TEST(DisarmedLine, LeavesOrdinaryTextAlone) {
  for (const char* line : {"Get:1 http://deb.debian.org bookworm", "std::string", "a ::error::b", "\tindented", "", ":",
                           "# comment", "caf\xC3\xA9", "#[x]"}) {
    EXPECT_EQ(disarmed_line(line), line);
  }
}

TEST(DisarmedLine, KeepsTheRunnerFromObeying) {
  EXPECT_EQ(disarmed_line("::error::x"), "| ::error::x");
  EXPECT_EQ(disarmed_line("  \t::set-env name=A::b"), "|   \t::set-env name=A::b");
  EXPECT_EQ(disarmed_line("\xC2\xA0::error::x"), "| \xC2\xA0::error::x");
  EXPECT_EQ(disarmed_line("\xE3\x80\x80::error::x"), "| \xE3\x80\x80::error::x");
  EXPECT_EQ(disarmed_line("\xFF::error::x"), "| \xEF\xBF\xBD::error::x");
  EXPECT_EQ(disarmed_line("text ##[error]x ###[warning]"), "text ## [error]x ### [warning]");
  EXPECT_EQ(disarmed_line("\x1b[1m::error::x"), "| ::error::x");
  EXPECT_EQ(disarmed_line("a\r::error::x\n::warning::y"), "a ::error::x ::warning::y");
  EXPECT_EQ(disarmed_line(":\x01:error::x"), "| ::error::x");
  EXPECT_EQ(disarmed_line("#\x01#[error]x"), "## [error]x");
}

TEST(DisarmedLine, DropsWhatWouldSteerATerminal) {
  EXPECT_EQ(disarmed_line("\x1b[31;1mred\x1b[0m\a\b\x7f \x1b]0;title\a"), "red ]0;title");
  EXPECT_EQ(disarmed_line(std::string_view("a\0b", 3)), "ab");
}

// What a terminal has been sent.
class TerminalLogOnATerminalTest : public testing::Test {
 protected:
  TerminalLogOnATerminalTest() {
    winsize size{};
    size.ws_col = 24;
    int theirs = -1;
    int ours = -1;
    EXPECT_EQ(::openpty(&theirs, &ours, nullptr, nullptr, &size), 0);
    theirs_.reset(theirs);
    ours_.reset(ours);
  }
  TerminalLog log(Verbosity verbosity = Verbosity::normal) {
    return {environment_, ours_.get(), verbosity, Style::plain};
  }
  std::string shown() {
    EXPECT_EQ(::fcntl(theirs_.get(), F_SETFL, O_NONBLOCK), 0);
    std::string text(4096, '\0');
    const auto size = ::read(theirs_.get(), text.data(), text.size());
    text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return text;
  }

  test::FakeEnvironment environment_;
  FileDescriptor theirs_;
  FileDescriptor ours_;
};

TEST_F(TerminalLogOnATerminalTest, DrawsProgressBelowTheMessages) {
  auto messages = log();
  messages.progress("unpack", 0.5);
  EXPECT_EQ(shown(), "\r\x1b[Kunpack ━━━━━─────  50 %");
  messages.progress("unpack", 0.501);
  EXPECT_EQ(shown(), "") << "nothing that could be seen has changed";
  messages.warning("slow");
  EXPECT_EQ(shown(), "\r\x1b[Kci-optimizer: warning: slow\r\nunpack ━━━━━─────  50 %");
  messages.end_progress();
  messages.info("done");
  EXPECT_EQ(shown(), "\r\x1b[Kci-optimizer: done\r\n");
}

TEST_F(TerminalLogOnATerminalTest, DrawsNothingWhereNobodyWantsIt) {
  log(Verbosity::quiet).progress("unpack", 0.5);
  environment_.variables["GITHUB_ACTIONS"] = "true";
  log().progress("unpack", 0.5);
  environment_.variables = {{"TERM", "dumb"}};
  log().progress("unpack", 0.5);
  EXPECT_EQ(shown(), "");
}

TEST_F(TerminalLogTest, DrawsNoProgressInAFile) {
  auto messages = log();
  messages.progress("unpack", 0.5);
  messages.end_progress();
  EXPECT_EQ(shown(), "");
}

}  // namespace
}  // namespace ci::platform
