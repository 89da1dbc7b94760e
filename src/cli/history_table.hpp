#pragma once
// Kept runs as tables for people.
#include <string>
#include <vector>

#include "history_store/daily.hpp"
#include "history_store/row.hpp"
#include "platform/terminal.hpp"

namespace ci::cli {

// Returns one line a run: when, job, branch, commit, status, seconds, tier, caches, failed steps, id. The repository
// and the workflow are told only where the rows are of several.
std::string runs_table(const std::vector<history_store::Row>& rows, const platform::Terminal& terminal);

// Returns one line for each rolled-up day and series: runs, how many succeeded, p50 and p95 of their seconds.
std::string days_table(const std::vector<history_store::Day>& days, const platform::Terminal& terminal);

}  // namespace ci::cli
