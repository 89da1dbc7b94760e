#pragma once
// Check runs for records that are there already: `report check`.
#include <string>
#include <vector>

#include "base/result.hpp"
#include "github/context.hpp"
#include "history/record.hpp"
#include "platform/platform.hpp"

namespace ci::report {

struct PublishedCheck {
  std::string name;
  std::string head_sha;
  std::string conclusion;
  std::string url;  // "" when nothing was sent
};

// What is to become of the check runs.
enum class Publication { send, only_plan };

// Makes a completed check run for each record, or updates the one that an earlier try has made. After workflow_run the
// repository, the commit and the run are those that the event names, whatever the records say; else the records must be
// of context.repository. `name` may be "" and must be with several records, which would take each other's place. Error:
// data; what GitHub refuses is permission or unavailable, and the records after it are left out then.
base::Result<std::vector<PublishedCheck>> publish_checks(const platform::Platform& platform, github::Context context,
                                                         std::vector<history::Record> records, const std::string& name,
                                                         Publication publication);

}  // namespace ci::report
