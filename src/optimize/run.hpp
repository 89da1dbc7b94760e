#pragma once
// A whole run of the main job: whose it is, its record, its check run, the job itself.
#include <optional>

#include "github/context.hpp"
#include "history/record.hpp"
#include "insight/insight.hpp"
#include "optimize/request.hpp"
#include "platform/platform.hpp"

namespace ci::optimize {

struct RunOutcome {
  history::Record record;
  std::optional<insight::Insight> insight;  // what the kept runs say about it; nothing where none are kept
};

// Runs the job and returns its record, in a final state and with its exit code. Where a history folder is asked for,
// the record is written before the work begins and again at its end, so that a killed run leaves one too. What goes
// wrong with records and reports is a warning in the record, never an exit code.
RunOutcome run(const platform::Platform& platform, const Request& request, const github::Context& context);

}  // namespace ci::optimize
