#include "report/text_table.hpp"

#include <gtest/gtest.h>

namespace ci::report {
namespace {

const std::vector<TextColumn> kColumns = {{"Job", base::Align::left, true}, {"Time", base::Align::right}, {"Status"}};

TEST(TextTable, AlignsItsColumnsAndLeavesNoBlanksAtTheEnd) {
  EXPECT_EQ(text_table(kColumns, {{"test", "3.2 s", "success"}, {"bäcker", "12.0 s", ""}, {"x"}}, {}),
            "Job       Time  Status\n"
            "test     3.2 s  success\n"
            "bäcker  12.0 s\n"
            "x\n");
}

TEST(TextTable, CutsWhatMayShrinkToTheTerminal) {
  platform::Terminal terminal;
  terminal.columns = 30;
  EXPECT_EQ(text_table(kColumns, {{"a very long name of a job", "3.2 s", "success"}}, terminal),
            "Job              Time  Status\n"
            "a very long n…  3.2 s  success\n");
}

TEST(TextTable, ColoursTextsAndNotBlanks) {
  platform::Terminal terminal;
  terminal.colours = true;
  EXPECT_EQ(text_table({{"Time", base::Align::right}}, {{{"3 s", platform::Colour::bad}}}, terminal),
            "\x1b[1mTime\x1b[0m\n \x1b[31;1m3 s\x1b[0m\n");
}

TEST(TextTable, ShowsOthersTextsAsOneSafeLine) {
  EXPECT_EQ(text_table({{"Job"}}, {{"a\n\x1b[2Jb\tc"}}, {}), "Job\na b c\n");
}

}  // namespace
}  // namespace ci::report
