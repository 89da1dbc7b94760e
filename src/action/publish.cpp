#include "action/publish.hpp"

#include <cstdio>

#include "action/file_commands.hpp"
#include "action/outputs.hpp"
#include "action/workflow_command.hpp"
#include "report/annotation.hpp"

namespace ci::action {

void publish(const platform::Platform& platform, const optimize::Request& request, const history::Record& record,
             const insight::Insight* insight) {
  const auto warn = [&](const base::Result<void>& written) {
    if (!written) platform.log.warning(written.error().message);
  };
  if (const auto file = platform.environment.get("GITHUB_OUTPUT"); !file.empty())
    warn(append_outputs(file, outputs(record)));
  if (const auto file = platform.environment.get("GITHUB_STEP_SUMMARY"); !file.empty() && request.summary) {
    warn(append_summary(file, record, insight));
  }
  if (platform.environment.get("GITHUB_ACTIONS") != "true" || !request.annotations) return;
  // The runner reads commands on either stream; standard output is for data.
  for (const auto& command : annotation_commands(report::annotations(record)))
    std::fputs((command + "\n").c_str(), stderr);
}

}  // namespace ci::action
