#include "doctor/apt_commands.hpp"

#include <algorithm>
#include <array>

namespace ci::doctor {
namespace {

bool is_assignment(std::string_view word) {
  const auto equals = word.find('=');
  return equals != std::string_view::npos && equals > 0 &&
         word.substr(0, equals).find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") ==
             std::string_view::npos;
}

bool is_tool(std::string_view word) {
  const auto name = word.substr(word.rfind('/') + 1);
  return name == "apt-get" || name == "apt";
}

bool is_wrapper(std::string_view word) {
  constexpr std::array<std::string_view, 6> kWrappers = {"sudo", "env", "timeout", "nice", "ionice", "command"};
  return std::find(kWrappers.begin(), kWrappers.end(), word) != kWrappers.end();
}

// An argument of a wrapper: an option, an assignment, or the number of an option or of timeout.
bool is_wrapper_argument(std::string_view word) {
  return word.starts_with('-') || is_assignment(word) || (!word.empty() && word[0] >= '0' && word[0] <= '9');
}

bool takes_value(std::string_view option) {
  return option == "-o" || option == "-c" || option == "-t" || option == "--option" || option == "--config-file" ||
         option == "--target-release";
}

bool is_plain_option(std::string_view option) {
  return option == "-y" || option == "--yes" || option == "--assume-yes" || option.starts_with("-q") ||
         option == "-yq" || option == "-yqq" || option == "-qy" || option == "-qqy" || option.starts_with("--quiet");
}

void read_arguments(const std::vector<ShellWord>& words, std::size_t next, AptCommand& command) {
  std::string_view action;
  for (; next < words.size(); ++next) {
    const std::string_view word = words[next].text;
    if (word.find_first_of("<>") != std::string_view::npos) {
      break;  // a redirection; what follows is no package
    } else if (word.starts_with('-')) {
      if (word == "--no-install-recommends")
        command.without_recommends = true;
      else if (!is_plain_option(word))
        command.only_plain_options = false;
      if (takes_value(word)) ++next;
    } else if (action.empty()) {
      action = word;
    } else {
      command.packages.emplace_back(word);
    }
  }
  if (action == "update") command.action = AptAction::update;
  if (action == "install") command.action = AptAction::install;
}

}  // namespace

std::vector<AptCommand> apt_commands(const ShellScript& script) {
  std::vector<AptCommand> found;
  for (const auto& [words] : script.commands) {
    AptCommand command;
    bool wrapped = false;
    std::size_t i = 0;
    for (; i < words.size() && !is_tool(words[i].text); ++i) {
      const std::string_view word = words[i].text;
      if (is_wrapper(word))
        wrapped = true;
      else if (!is_assignment(word) && !(wrapped && is_wrapper_argument(word)))
        break;
      if (word == "timeout") command.under_timeout = true;
    }
    if (i == words.size() || !is_tool(words[i].text)) continue;
    command.at = words.front().at;
    command.tool_at = words[i].at;
    read_arguments(words, i + 1, command);
    if (command.action != AptAction::other) found.push_back(std::move(command));
  }
  return found;
}

std::vector<PlacedAptCommand> apt_commands(const Job& job) {
  std::vector<PlacedAptCommand> found;
  for (const auto& step : job.steps) {
    const auto* run = step.member("run");
    if (run == nullptr) continue;
    for (auto& command : apt_commands(read_shell(run->value.text))) found.push_back({std::move(command), &step, run});
  }
  return found;
}

}  // namespace ci::doctor
