#include "apt/control_stanza.hpp"

#include "base/text.hpp"

namespace ci::apt {

base::Result<ControlStanza> ControlStanza::parse(std::string_view text) {
  ControlStanza stanza;
  while (text.ends_with('\n')) text.remove_suffix(1);
  for (const auto& line : base::split(text, '\n')) {
    if (base::trim(line).empty()) return base::fail(base::ErrorKind::data, "control data with an empty line");
    const bool continues = line.front() == ' ' || line.front() == '\t';
    const auto colon = line.find(':');
    if (continues && !stanza.fields_.empty()) {
      stanza.fields_.back().value.append(" ").append(base::trim(line));
    } else if (!continues && colon != std::string::npos && colon > 0) {
      auto name = base::lower(line.substr(0, colon));
      for (const auto& other : stanza.fields_) {
        if (other.name == name) return base::fail(base::ErrorKind::data, "control data with two fields " + name);
      }
      stanza.fields_.push_back({std::move(name), std::string(base::trim(std::string_view(line).substr(colon + 1)))});
    } else {
      return base::fail(base::ErrorKind::data, "control data with a line that is no field: " + line);
    }
    stanza.text_.append(line).append("\n");
  }
  return stanza;
}

std::string ControlStanza::field(std::string_view name) const {
  const auto wanted = base::lower(name);
  for (const auto& field : fields_) {
    if (field.name == wanted) return field.value;
  }
  return "";
}

}  // namespace ci::apt
