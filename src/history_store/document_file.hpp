#pragma once
// Files that hold the documents of many records.
#include <filesystem>
#include <functional>

#include "base/json.hpp"
#include "base/result.hpp"

namespace ci::history_store {

// Calls `take` with each document in `file`: one JSON document, an array of them, or one a line, with or without the
// array's brackets and commas (what `history export --format json` prints). Files of one a line may be of any length.
// Error: what `take` returns; io, permission; data, with the line.
base::Result<void> for_each_document(const std::filesystem::path& file,
                                     const std::function<base::Result<void>(const base::Json&)>& take);

}  // namespace ci::history_store
