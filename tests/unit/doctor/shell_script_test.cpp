#include "doctor/shell_script.hpp"

#include <gtest/gtest.h>

#include "doctor/processor_time.hpp"

namespace ci::doctor {
namespace {

// The commands, each as its words in brackets.
std::string commands(std::string_view script) {
  std::string text;
  for (const auto& [words] : read_shell(script).commands) {
    for (const auto& word : words) text += "[" + word.text + "]";
    text += ' ';
  }
  return text;
}

std::vector<Quoting> quotings(std::string_view script) {
  std::vector<Quoting> all;
  for (const auto& expression : read_shell(script).expressions) all.push_back(expression.quoting);
  return all;
}

TEST(ShellScript, CommandsEndAtOperatorsAndLines) {
  EXPECT_EQ(commands("a b && c|d;e & f\ng"), "[a][b] [c] [d] [e] [f] [g] ");
  EXPECT_EQ(commands("a \\\n  b 2>&1 &>x"), "[a][b][2>&1][&>x] ");
}

TEST(ShellScript, QuotesKeepWordsTogether) {
  EXPECT_EQ(commands(R"(echo "a;b" 'c # d' e\ f # not this)"), "[echo][a;b][c # d][e f] ");
}

TEST(ShellScript, KeywordsAreNoCommands) {
  EXPECT_EQ(commands("if ! a; then b; else c; fi"), "[a] [b] [c] [fi] ");
}

TEST(ShellScript, SubstitutionsAndSubshellsHaveCommandsOfTheirOwn) {
  EXPECT_EQ(commands("x=\"$(a b)\" c; (d; e)"), "[a][b] [x=$()][c] [d] [e] ");
}

TEST(ShellScript, HereDocumentsAreNoCommands) {
  EXPECT_EQ(commands("cat <<'EOF' >x; b\napt-get install y\nEOF\nc"), "[cat][>x] [b] [c] ");
  EXPECT_EQ(commands("cat <<-E\n\tx\n\tE\nc"), "[cat] [c] ");
}

TEST(ShellScript, EachExpressionKnowsHowItIsQuoted) {
  EXPECT_EQ(quotings("a ${{ b }} '${{ c }}' \"${{ d }} $(e \"${{ f }}\" ${{ g }})\" # ${{ h }}\n"),
            (std::vector<Quoting>{Quoting::none, Quoting::single_quotes, Quoting::double_quotes, Quoting::double_quotes,
                                  Quoting::none, Quoting::comment}));
  EXPECT_EQ(quotings("cat <<E\n${{ a }}\nE\ncat <<'E'\n${{ b }}\nE\n"),
            (std::vector<Quoting>{Quoting::here_document, Quoting::quoted_here_document}));
}

TEST(ShellScript, AnExpressionIsOneWordWhateverItHolds) {
  EXPECT_EQ(commands("echo ${{ format('a; {0}', \"x\") }}z"), "[echo][${{ format('a; {0}', \"x\") }}z] ");
}

TEST(ShellScript, HostileScriptsTakeLinearTime) {
  for (const char* piece :
       {"${{", "${{'", "<<A ", "#\n", "$(", "(", "'", "\"$(", "\\", "<<A\n", "${{ x }} ", ";", ")"}) {
    std::string script;
    while (script.size() < 1'000'000) script += piece;
    EXPECT_LT(test::processor_seconds([&] { read_shell(script); }), 2.0) << piece;
  }
}

}  // namespace
}  // namespace ci::doctor
