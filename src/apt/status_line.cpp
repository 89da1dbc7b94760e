#include "apt/status_line.hpp"

#include <array>

#include "base/text.hpp"

namespace ci::apt {
namespace {

// The messages in the C locale, by how they begin.
constexpr std::array<std::pair<std::string_view, Activity>, 14> kMessages = {{
    {"Preparing to configure", Activity::configuring},
    {"Preparing for removal", Activity::removing},
    {"Preparing to completely remove", Activity::removing},
    {"Preparing", Activity::unpacking},
    {"Unpacking", Activity::unpacking},
    {"Installing", Activity::unpacking},
    {"Configuring", Activity::configuring},
    {"Installed", Activity::configuring},
    {"Removing", Activity::removing},
    {"Removed", Activity::removing},
    {"Completely remov", Activity::removing},
    {"Noting disappearance", Activity::removing},
    {"Running post-installation trigger", Activity::triggering},
    {"Running dpkg", Activity::running_dpkg},
}};

}  // namespace

std::optional<StatusLine> parse_status_line(std::string_view line) {
  const auto kind = line.substr(0, line.find(':'));
  if (kind != "dlstatus" && kind != "pmstatus" && kind != "pmerror") return std::nullopt;
  line.remove_prefix(kind.size() + 1);

  // The package may carry ":architecture", so the percentage is the first field that is a number.
  StatusLine status;
  std::optional<double> percent;
  while (!percent) {
    const auto end = line.find(':');
    if (end == std::string_view::npos) return std::nullopt;
    const auto field = line.substr(0, end);
    line.remove_prefix(end + 1);
    const bool first = status.package.empty();
    if (!first) percent = base::parse_number(field);
    if (!percent) status.package += (first ? "" : ":") + std::string(field);
  }
  status.percent = *percent;
  status.message = std::string(line);
  if (kind == "dlstatus") {
    status.package.clear();  // it is the number of the file
    return status;
  }
  if (kind == "pmerror") {
    status.activity = Activity::failing;
    return status;
  }
  status.activity = Activity::running_dpkg;
  for (const auto& [beginning, activity] : kMessages) {
    if (status.message.starts_with(beginning)) {
      status.activity = activity;
      break;
    }
  }
  return status;
}

}  // namespace ci::apt
