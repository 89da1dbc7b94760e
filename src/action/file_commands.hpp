#pragma once
// The files through which a step hands values to the runner (actions/runner, FileCommandManager.cs).
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "history/record.hpp"
#include "insight/insight.hpp"

namespace ci::action {

// Returns the entry that gives output `name` the value `value`, whatever that holds: between two lines of a delimiter
// of 128 random bits, so that no value can end its own entry and begin another.
std::string file_entry(std::string_view name, std::string_view value);

// Appends `outputs` to the file that GITHUB_OUTPUT names. Error: io.
base::Result<void> append_outputs(const std::filesystem::path& file, const std::map<std::string, std::string>& outputs);

// Appends the job summary of `record` to the file that GITHUB_STEP_SUMMARY names, cut so that the whole file stays
// below what GitHub shows (report::kSummaryBudget). Error: io, also when the file is full already.
base::Result<void> append_summary(const std::filesystem::path& file, const history::Record& record,
                                  const insight::Insight* insight);

}  // namespace ci::action
