#include "delta/commands.hpp"

#include <gtest/gtest.h>

namespace ci::delta {
namespace {

TEST(Commands, AreReadInTheirOrderAsTheyWereWritten) {
  const Commands commands = {{"ldconfig"}, {"sysctl", "-p", "a b\n\"", ""}, {}};
  const auto text = to_json(commands).compact();
  EXPECT_EQ(text, R"([["ldconfig"],["sysctl","-p","a b\n\"",""],[]])");
  EXPECT_EQ(commands_in(base::parse_json(text).value()), commands);
}

TEST(Commands, OfAnotherFormHaveNoWords) {
  EXPECT_EQ(commands_in(base::parse_json(R"(["reboot",7,{"a":["b"]}])").value()), (Commands{{}, {}, {}}));
  EXPECT_EQ(commands_in(base::parse_json(R"({"a":["b"]})").value()), Commands());
}

}  // namespace
}  // namespace ci::delta
