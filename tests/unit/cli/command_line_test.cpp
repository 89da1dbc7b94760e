#include "cli/command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ci::cli {
namespace {

using testing::HasSubstr;

std::string help(std::vector<std::string> arguments) {
  arguments.emplace_back("--help");
  const auto line = parse_command_line(arguments);
  return line ? line->text : line.error().message;
}

TEST(Help, NamesTheWholeCommand) {
  EXPECT_THAT(help({}), HasSubstr("Usage: ci-optimizer "));
  EXPECT_THAT(help({"optimize"}), HasSubstr("Usage: ci-optimizer optimize "));
  EXPECT_THAT(help({"report", "html"}), HasSubstr("Usage: ci-optimizer report html "));
  EXPECT_THAT(help({"history", "export"}), HasSubstr("Usage: ci-optimizer history export "));
}

TEST(CommandLine, OffersTheNearestWordForOneThatIsMisspelt) {
  const auto line = parse_command_line({"reprot"});
  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().kind, base::ErrorKind::usage);
  EXPECT_THAT(line.error().message + line.error().hint, HasSubstr("report"));
}

}  // namespace
}  // namespace ci::cli
