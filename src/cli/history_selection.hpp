#pragma once
// The filters of the `history` commands.
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "history_store/selection.hpp"

namespace ci::cli {

// As they are written on the command line.
struct HistoryFilters {
  std::optional<std::string> repository;
  std::optional<std::string> workflow;
  std::optional<std::string> job;
  std::vector<std::string> matrix;  // NAME=VALUE, all of the job's
  std::optional<std::string> step;
  std::optional<std::string> branch;
  std::optional<std::string> commit;
  std::optional<std::string> run;
  std::vector<std::string> statuses;
  std::string since;  // "7d", "2026-11-21" or RFC 3339; "" = always
  std::string until;
  std::optional<std::size_t> limit;
};

// Returns the selection at `now`, with `limit` where none is given. Error: usage.
base::Result<history_store::Selection> selection_of(const HistoryFilters& filters, base::TimePoint now,
                                                    std::size_t limit);

}  // namespace ci::cli
