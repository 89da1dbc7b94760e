#pragma once
// A whole run of the main job: identity, record, check run, job, report.
#include <string>

#include "github/context.hpp"
#include "history/record.hpp"
#include "optimize/request.hpp"
#include "platform/platform.hpp"

namespace ci::optimize {

struct RunOutcome {
  history::Record record;
  std::string summary;  // Markdown
  int exit_code = 0;
};

// Runs the job and keeps its record. The record is written before the work begins and again at its end, so that a
// killed run leaves one too. What goes wrong with records and reports is a warning in the record, never an exit code.
RunOutcome run(const platform::Platform& platform, const Request& request, const github::Context& context);

}  // namespace ci::optimize
