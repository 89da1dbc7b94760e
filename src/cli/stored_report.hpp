#pragma once
// A record and its history out of a history store, to be rendered.
#include <optional>
#include <vector>

#include "base/result.hpp"
#include "cli/command_line.hpp"
#include "history/record.hpp"
#include "insight/insight.hpp"
#include "platform/platform.hpp"

namespace ci::cli {

struct StoredReport {
  std::vector<history::Record> records;     // what is asked for, and, for a page, the older ones of its series
  std::optional<insight::Insight> insight;  // nothing when the history cannot be judged; a warning says why
};

// Reads from the store that --history names the record of the run that is asked for: a run's id, a record's or its
// beginning, or `latest`, which is what it is without an argument. Error: usage, data, or that of the store.
base::Result<StoredReport> stored_report(const CommandLine& line, const platform::Platform& platform);

}  // namespace ci::cli
