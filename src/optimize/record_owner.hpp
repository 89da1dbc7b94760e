#pragma once
// Whose a record is.
#include "github/context.hpp"
#include "history/record.hpp"

namespace ci::optimize {

// Returns an empty record of the job, run and commit that the runner tells of; it has no id yet.
history::Record record_of(const github::Context& context);

}  // namespace ci::optimize
