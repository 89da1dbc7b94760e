#pragma once
// Rows as columns of a table, and a Selection as a query over them. The SQL is common to SQLite's and others' dialects.
#include <string>
#include <vector>

#include "base/result.hpp"
#include "history_store/row.hpp"
#include "history_store/selection.hpp"
#include "history_store/sqlite.hpp"

namespace ci::history_store {

// The columns in their order; metrics and failed steps are JSON texts, times are microseconds since 1970.
inline constexpr const char* kRowColumns =
    "id, repository, workflow, job, matrix, step, run_id, run_attempt, branch, commit_sha, status, exit_code, "
    "started_at, "
    "seconds, os, architecture, image, image_version, tier, caches, metrics, failed_steps";
inline constexpr const char* kRowColumnTypes =
    "id TEXT, repository TEXT, workflow TEXT, job TEXT, matrix TEXT, step TEXT, run_id TEXT, run_attempt INTEGER, "
    "branch TEXT, "
    "commit_sha TEXT, status TEXT, exit_code INTEGER, started_at INTEGER, seconds REAL, os TEXT, architecture TEXT, "
    "image TEXT, image_version TEXT, tier TEXT, caches TEXT, metrics TEXT, failed_steps TEXT";
inline constexpr int kRowColumnCount = 22;

// Returns "?, ?, ?", as many as `count`.
std::string placeholders(int count);

// Binds a row's columns from place `first` on.
void bind_row(Statement& statement, int first, const Row& row);

// Returns what `selection` selects of the table `records` where its column `found` is true, the newest first.
base::Result<std::vector<Row>> select_rows(const Database& database, const Selection& selection);

}  // namespace ci::history_store
