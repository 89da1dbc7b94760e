#pragma once
// Records that somebody else wrote: those of a pull request from a fork, which travel as an artifact.
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "github/event.hpp"
#include "history/record.hpp"

namespace ci::report {

constexpr std::size_t kMostForeignRecords = 64;
constexpr std::size_t kLongestForeignRecord = std::size_t{4} << 20;  // bytes

// Returns the records of the files `paths`; of a folder those of its *.json, in the order of their names. Every
// document is read as a stranger's: regular files only, each within its bounds, of our schema, of a job that is over.
// Error: data, naming the file; io.
base::Result<std::vector<history::Record>> read_foreign_records(const std::vector<std::filesystem::path>& paths);

// Puts what GitHub says of `run` in place of what the record says of itself, and makes one line of its job's names:
// from the record come only the job, its matrix values, the step and what happened in it.
void attribute(history::Record& record, const github::FollowedRun& run);

}  // namespace ci::report
