#include "doctor/action_version.hpp"

#include "base/text.hpp"
#include "doctor/document.hpp"

namespace ci::doctor {

namespace {

// The number that `text` begins with, which is taken from it.
std::optional<std::int64_t> number(std::string_view& text) {
  const auto digits = text.substr(0, text.find_first_not_of("0123456789"));
  text.remove_prefix(digits.size());
  return base::parse_integer(digits);
}

}  // namespace

std::optional<ActionVersion> action_version(const Source& source, const base::YamlNode& uses) {
  const auto reference = action_reference(uses.text);
  std::string_view version = reference.ref;
  const auto line = source.rest(uses.at);
  if (const auto comment = line.find("# v"); reference.is_pinned() && comment != std::string_view::npos)
    version = line.substr(comment + 2);
  if (!version.starts_with('v')) return std::nullopt;
  version.remove_prefix(1);
  const auto major = number(version);
  if (!major) return std::nullopt;
  ActionVersion found{*major, std::nullopt};
  if (!version.starts_with('.')) return found;
  version.remove_prefix(1);
  found.minor = number(version);
  return found;
}

}  // namespace ci::doctor
