#pragma once
// Hands what a job did to the GitHub runner.
#include "history/record.hpp"
#include "insight/insight.hpp"
#include "optimize/request.hpp"
#include "platform/platform.hpp"

namespace ci::action {

// `insight`: see report::summary(). Writes the outputs, the job summary and the annotations where the runner asked for
// them; nothing off GitHub. What cannot be written is a warning.
void publish(const platform::Platform& platform, const optimize::Request& request, const history::Record& record,
             const insight::Insight* insight);

}  // namespace ci::action
