#pragma once
// The spans of a record as a Mermaid gantt chart.
#include <string>
#include <vector>

#include "history/record.hpp"

namespace ci::report {

// Returns a fenced block that GitHub draws as a chart, one section a lane and at most 60 bars, of which the shortest
// are left out, with a line that says how many; "" without spans. The critical path is marked. Whatever the names hold,
// Mermaid parses it and shows them: each is prefixed by its number, because a name such as "click me" would end the
// diagram and one that begins with "title" would vanish (measured with mermaid 11.17.2).
std::string gantt(const std::vector<history::Span>& spans);

}  // namespace ci::report
