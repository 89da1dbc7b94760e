#pragma once
// What follows when the history says that a job has become slower (`gates.regression`).
#include <optional>

#include "history/record.hpp"
#include "insight/insight.hpp"
#include "optimize/configuration.hpp"

namespace ci::optimize {

// Returns the problem of a regression, a warning or with Gate::fail a failure; nothing when there is none or the gate
// is off. A slow run is none: it is likely to pass by itself.
std::optional<history::Problem> regression_problem(const insight::Insight& insight, Gate gate);

}  // namespace ci::optimize
