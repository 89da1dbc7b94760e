// Workflows and actions of anybody: whatever is found in a text has a place, and its edit leaves YAML that can be read
// and a diff that adds up.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/yaml.hpp"
#include "doctor/examination.hpp"
#include "doctor/rendering.hpp"

namespace {

using namespace ci;

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  auto findings = doctor::examined_text("x.yml", text);
  if (!findings) return 0;
  const doctor::Source source("x.yml", text);
  for (const auto& finding : *findings) {
    require(finding.at.line >= 1 && finding.at.column >= 1);
    require(!finding.problem.empty() && finding.edit.empty() == finding.diff.empty());
    if (finding.edit.empty()) continue;
    const auto edited = doctor::edited_text(source, finding.edit);
    require(edited != text && base::parse_yaml(edited).has_value());
  }
  doctor::Examination examination{{"x.yml"}, std::move(*findings), {}};
  const auto shown = doctor::readable_text(examination, {}, {}) + doctor::finding_lines(examination);
  require(shown.find('\x1b') == std::string::npos && shown.find("##[") == std::string::npos);
  require(base::parse_json(doctor::json_document(examination, {}).compact()).has_value());
  return 0;
}
