#pragma once
// Text that somebody else wrote, made safe to show on a terminal and in a runner's log.
#include <string>
#include <string_view>

namespace ci::platform {

// Returns one line: `text` without terminal control sequences and control characters (tabs stay, line ends become
// blanks), in valid UTF-8, and with GitHub's workflow commands disarmed in both forms that the runner obeys
// ("::name ...::" at the start of a line, "##[name ...]" anywhere; actions/runner ActionCommand.cs).
std::string disarmed_line(std::string_view text);

}  // namespace ci::platform
