#pragma once
// Shell scripts read far enough to see which commands they call, and how what GitHub puts into them is quoted. What no
// reader without the machine can know (aliases, functions, eval) is not seen.
#include <string>
#include <string_view>
#include <vector>

namespace ci::doctor {

struct ShellWord {
  std::string text;    // without quotes; expansions stay as they are written
  std::size_t at = 0;  // offset in the script
};

// A simple command: its words, without keywords (then, do, !) in front; redirections are words of it too.
struct ShellCommand {
  std::vector<ShellWord> words;
};

enum class Quoting { none, single_quotes, double_quotes, here_document, quoted_here_document, comment };

// An expression of GitHub, "${{ ... }}", which is replaced before the shell sees the script.
struct ShellExpression {
  std::size_t at = 0;    // offset of "${{"
  std::size_t size = 0;  // with "}}"
  Quoting quoting = Quoting::none;
};

struct ShellScript {
  std::vector<ShellCommand> commands;  // in the order of their ends
  std::vector<ShellExpression> expressions;
};

// Reads `script` in time proportional to its length (POSIX.1-2017, Shell Command Language, 2.3 and 2.7.4). Never fails:
// what is no shell gives words that mean nothing.
ShellScript read_shell(std::string_view script);

// Returns the end of the expression that begins at `at` (behind its "}}"), or npos when it has none. A "}}" in a string
// of the expression does not end it.
std::size_t expression_end(std::string_view text, std::size_t at);

}  // namespace ci::doctor
