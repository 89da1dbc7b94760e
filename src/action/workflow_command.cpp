#include "action/workflow_command.hpp"

#include <fmt/format.h>

#include <map>

#include "base/text.hpp"

namespace ci::action {
namespace {

using report::Annotation;

std::string escaped_data(std::string_view text) {
  std::string safe;
  for (const char c : base::valid_utf8(text)) {
    switch (c) {
      case '%':
        safe += "%25";
        break;
      case '\r':
        safe += "%0D";
        break;
      case '\n':
        safe += "%0A";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

std::string escaped_property(std::string_view text) {
  return base::replace_all(base::replace_all(escaped_data(text), ":", "%3A"), ",", "%2C");
}

std::string_view command_name(Annotation::Level level) {
  switch (level) {
    case Annotation::Level::failure:
      return "error";
    case Annotation::Level::warning:
      return "warning";
    case Annotation::Level::notice:
      return "notice";
  }
  return "notice";
}

std::string cut(std::string_view message) {
  constexpr std::string_view kMark = "…";
  if (message.size() <= kLongestMessage) return std::string(message);
  return std::string(base::truncate_utf8(message, kLongestMessage - kMark.size())).append(kMark);
}

std::string annotation_command(const Annotation& annotation) {
  Properties properties;
  if (!annotation.path.empty()) {
    properties = {{"file", annotation.path},
                  {"line", fmt::format("{}", annotation.start_line)},
                  {"endLine", fmt::format("{}", annotation.end_line)}};
  }
  properties.emplace_back("title", annotation.title);
  return workflow_command(command_name(annotation.level), properties, cut(annotation.message));
}

}  // namespace

std::string workflow_command(std::string_view name, const Properties& properties, std::string_view data) {
  std::string line = fmt::format("::{}", name);
  char separator = ' ';
  for (const auto& [key, value] : properties) {
    if (value.empty()) continue;
    line += fmt::format("{}{}={}", separator, key, escaped_property(value));
    separator = ',';
  }
  return line + "::" + escaped_data(data);
}

std::string add_mask(std::string_view secret) {
  return workflow_command("add-mask", {}, secret);
}

std::string stop_commands(std::string_view token) {
  return workflow_command("stop-commands", {}, token);
}

std::string resume_commands(std::string_view token) {
  return workflow_command(token, {}, "");
}

std::vector<std::string> annotation_commands(const std::vector<Annotation>& annotations) {
  std::vector<std::string> lines;
  std::map<Annotation::Level, std::size_t> seen;
  for (const auto& annotation : annotations) {
    if (++seen[annotation.level] <= kAnnotationsOfAKind) lines.push_back(annotation_command(annotation));
  }
  for (const auto& [level, count] : seen) {
    if (count <= kAnnotationsOfAKind) continue;
    lines.push_back(workflow_command(command_name(level), {},
                                     fmt::format("{} more in the job summary", count - kAnnotationsOfAKind)));
  }
  return lines;
}

}  // namespace ci::action
