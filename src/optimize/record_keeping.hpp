#pragma once
// Keeps a job's record, from its beginning to its end, whatever becomes of the history store.
#include <memory>
#include <optional>

#include "history/record.hpp"
#include "history_store/file_history_store.hpp"
#include "insight/insight.hpp"
#include "optimize/request.hpp"
#include "platform/platform.hpp"

namespace ci::optimize {

class RecordKeeping {
 public:
  // Nothing is kept when `request` names no history.
  RecordKeeping(const platform::Platform& platform, const Request& request);

  // Says in the record where its files will lie.
  void name_files(history::Record& record) const;

  // Puts the record in place; `insight`: see report::summary(). Once the job is over its report too, what waited from
  // earlier runs, and old records go. When the store fails that is a warning in the log and in the record, which is
  // then kept for the next run to put.
  void keep(history::Record& record, const insight::Insight* insight);

  // What earlier jobs are found in; nullptr when nothing is kept.
  history_store::HistoryStore* store() { return store_.get(); }

 private:
  void end(history::Record& record, const insight::Insight* insight);
  void lose(history::Record& record, const base::Error& error);
  void spool(const history::Record& record) const;

  const platform::Platform& platform_;
  const Request& request_;
  std::unique_ptr<history_store::FileHistoryStore> store_;
  bool is_lost_ = false;  // the store has failed
};

}  // namespace ci::optimize
