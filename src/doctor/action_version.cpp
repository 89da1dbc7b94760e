#include "doctor/action_version.hpp"

#include "base/text.hpp"
#include "doctor/document.hpp"

namespace ci::doctor {

std::optional<std::int64_t> major_version(const Source& source, const base::YamlNode& uses) {
  const auto reference = action_reference(uses.text);
  std::string_view version = reference.ref;
  const auto line = source.rest(uses.at);
  if (const auto comment = line.find("# v"); reference.is_pinned() && comment != std::string_view::npos)
    version = line.substr(comment + 2);
  if (!version.starts_with('v')) return std::nullopt;
  version.remove_prefix(1);
  return base::parse_integer(version.substr(0, version.find_first_not_of("0123456789")));
}

}  // namespace ci::doctor
