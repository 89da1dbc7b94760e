#include "platform/terminal.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <unistd.h>

#include "fakes/fake_environment.hpp"
#include "platform/file_descriptor.hpp"

namespace ci::platform {
namespace {

class TerminalTest : public testing::Test {
 protected:
  TerminalTest() {
    winsize size{};
    size.ws_col = 97;
    int theirs = -1;
    int ours = -1;
    EXPECT_EQ(::openpty(&theirs, &ours, nullptr, nullptr, &size), 0);
    theirs_.reset(theirs);
    ours_.reset(ours);
  }
  Terminal terminal(Style style) { return terminal_of(environment_, ours_.get(), style); }

  test::FakeEnvironment environment_;
  FileDescriptor theirs_;
  FileDescriptor ours_;
};

TEST_F(TerminalTest, HasItsWidthAndColours) {
  const auto found = terminal(Style::automatic);
  EXPECT_TRUE(found.interactive);
  EXPECT_EQ(found.columns, 97U);
  EXPECT_EQ(found.coloured(Colour::bad, "x"), "\x1b[31;1mx\x1b[0m");
}

TEST_F(TerminalTest, HonoursNoColorAndADumbTerminal) {
  environment_.variables["NO_COLOR"] = "1";
  EXPECT_EQ(terminal(Style::automatic).coloured(Colour::bad, "x"), "x");
  EXPECT_TRUE(terminal(Style::automatic).interactive);
  EXPECT_TRUE(terminal(Style::coloured).colours) << "asked for by name";
  environment_.variables = {{"TERM", "dumb"}};
  EXPECT_FALSE(terminal(Style::automatic).colours);
  EXPECT_FALSE(terminal(Style::automatic).interactive);
}

TEST_F(TerminalTest, AFileIsPlainAndAsWideAsNeeded) {
  const FileDescriptor file(::open("/", O_RDONLY | O_CLOEXEC));
  const auto found = terminal_of(environment_, file.get(), Style::automatic);
  EXPECT_FALSE(found.interactive);
  EXPECT_FALSE(found.colours);
  EXPECT_EQ(found.columns, 0U);
}

}  // namespace
}  // namespace ci::platform
