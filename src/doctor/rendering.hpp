#pragma once
// Findings and facts as text for a terminal, as lines for tools, and as JSON.
#include <string>
#include <vector>

#include "base/json.hpp"
#include "doctor/examination.hpp"
#include "doctor/machine.hpp"
#include "platform/terminal.hpp"

namespace ci::doctor {

// The findings of each file with their evidence, what to do and the edit; the machine as a table; the counts. No line
// holds a control character or a workflow command of somebody else's text, and marks say what colours say.
std::string readable_text(const Examination& examination, const std::vector<MachineFact>& machine,
                          const platform::Terminal& terminal);

// A line a finding: "file:line:column: severity: check: problem", as compilers write it.
std::string finding_lines(const Examination& examination);

// {"schema": 1, "files": [...], "findings": [...], "machine": [...], "counts": {...}}; docs/DOCTOR.md has the members.
base::Json json_document(const Examination& examination, const std::vector<MachineFact>& machine);

}  // namespace ci::doctor
