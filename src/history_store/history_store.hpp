#pragma once
// The one interface to the places where records are kept. What each promises is written as tests:
// tests/unit/history_store/conformance_test.cpp.
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "history/retention.hpp"
#include "history_store/daily.hpp"
#include "history_store/row.hpp"
#include "history_store/selection.hpp"

namespace ci::history_store {

// Any number of processes may use one place at the same time. Every call ends within ten seconds or so, whatever the
// place does. Errors: data when something is no record; unavailable, timeout, io, permission when the place fails.
class HistoryStore {
 public:
  virtual ~HistoryStore() = default;

  // The place in words, for messages: "file:/var/lib/ci".
  [[nodiscard]] virtual std::string name() const = 0;

  // Keeps the record with this document (row_of() must accept it), whole or not at all. It replaces an earlier one with
  // the same identity().
  virtual base::Result<void> put(const base::Json& document) = 0;

  // Returns the selected runs, the newest first.
  virtual base::Result<std::vector<Row>> rows(const Selection& selection) = 0;

  // Returns the document of the record `id`, as it was put. Error: data when there is none.
  virtual base::Result<base::Json> document(const std::string& id) = 0;

  // Rolls up and removes, whole days at a time, the records that `retention` does not keep at `now`: those of days that
  // ended more than retention.days ago, without one of the newest retention.runs of its series among them. Returns how
  // many records went.
  virtual base::Result<std::size_t> prune(base::TimePoint now, history::Retention retention) = 0;

  // Returns what was rolled up of the selected series, the newest day first; other parts of the selection than
  // repository, workflow, job, matrix, since, until and limit mean nothing here.
  virtual base::Result<std::vector<Day>> days(const Selection& selection) = 0;
};

// Returns how many records prune() would remove.
base::Result<std::size_t> count_prunable(HistoryStore& store, base::TimePoint now, history::Retention retention);

}  // namespace ci::history_store
