#pragma once
// The kept record that a command's argument names.
#include <string>

#include "base/result.hpp"
#include "history_store/history_store.hpp"
#include "history_store/row.hpp"
#include "history_store/selection.hpp"

namespace ci::cli {

inline constexpr char kLatest[] = "latest";

enum class MayName { record, run_or_record };

// Returns the row of the record among the selected that `asked` names: kLatest is the newest; a run's id, where it may
// name one, the newest of its records; else the record with this id, or the only one whose id begins so. The
// selection's own id_prefix and limit mean nothing. Error: data when there is none, usage when several begin so, or the
// store's.
base::Result<history_store::Row> asked_record(history_store::HistoryStore& store, const std::string& asked,
                                              MayName may_name, history_store::Selection selection = {});

}  // namespace ci::cli
