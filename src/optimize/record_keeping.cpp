#include "optimize/record_keeping.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "history_store/locator.hpp"
#include "history_store/spool.hpp"
#include "optimize/late_record.hpp"
#include "platform/filesystem.hpp"
#include "report/summary.hpp"

namespace ci::optimize {
namespace {

constexpr base::Duration kPatience = std::chrono::seconds(10);

}  // namespace

RecordKeeping::RecordKeeping(const platform::Platform& platform, const Request& request)
    : platform_(platform), request_(request) {
  if (!request_.history) return;
  here_ = std::make_unique<history_store::FileHistoryStore>(request_.history->folder, platform_.clock);
  if (is_folder(*request_.history)) return;
  if (auto opened = history_store::open_history_store(request_.history->store, platform_, kPatience))
    shared_ = std::move(*opened);
}

void RecordKeeping::name_files(history::Record& record) const {
  if (!here_) return;
  record.record_path = here_->layout().record(record.id, record.started_at).string();
  record.report_path = here_->layout().report(record.id).string();
}

void RecordKeeping::keep(history::Record& record, const insight::Insight* insight) {
  if (!here_) return;
  if (!is_lost_here_) keep_here(record, insight);
  if (!record.ended_at) return;
  const auto told = record.problems.size();
  put_into_store(record);
  if (record.problems.size() > told && !is_lost_here_) keep_here(record, insight);  // it tells of the store too
}

void RecordKeeping::keep_here(history::Record& record, const insight::Insight* insight) {
  const auto kept = here_->put(history::to_json(record));
  if (!kept) return lose_here(record, kept.error());
  if (!record.ended_at) return;
  const auto told = platform::write_file(here_->layout().report(record.id), report::summary(record, insight));
  if (!told) return lose_here(record, told.error());
  if (const auto pruned = here_->prune(platform_.clock.now(), request_.retention); !pruned)
    platform_.log.detail("old records stay: " + pruned.error().message);
}

void RecordKeeping::put_into_store(history::Record& record) {
  const auto& place = *request_.history;
  const history_store::Spool waiting(place.spool, store()->name());
  bool is_kept = !is_lost_here_;
  base::Error refusal;
  if (shared_) {
    const auto put = shared_->put(history::to_json(record));
    if (!put) refusal = put.error();
    is_kept = put.has_value();
  }
  if (!is_kept) {
    const auto told =
        let_wait(history::to_json(record), place.spool, store()->name(), record.record_path, platform_.log);
    const bool both = !refusal.hint.empty() && !told.empty();
    if (shared_) tell(record, refusal, "record-not-shared", refusal.hint + (both ? "; " : "") + told);
    if (!told.empty()) platform_.log.info(told);
    return;
  }
  if (place.spool.empty()) return;
  waiting.drop(record.id);  // what waits of it since an earlier try is older
  const history_store::TimeLimit limit{platform_.clock, platform_.clock.monotonic() + kPatience};
  if (const auto count = waiting.empty_into(*store(), limit); count > 0)
    platform_.log.info(fmt::format("put {} records that waited for {}", count, store()->name()));
}

void RecordKeeping::lose_here(history::Record& record, const base::Error& error) {
  tell(record, error, "record-not-kept", "give --history file:DIR with a folder that can be written to");
  // Nothing lies where the paths would say.
  record.record_path.clear();
  record.report_path.clear();
  is_lost_here_ = true;
}

void RecordKeeping::tell(history::Record& record, const base::Error& error, std::string kind, std::string hint) const {
  const auto is_same = [&](const history::Problem& problem) {
    return problem.step == "history" && problem.kind == kind;
  };
  if (std::any_of(record.problems.begin(), record.problems.end(), is_same)) return;
  platform_.log.warning(error.message);
  history::Problem problem;
  problem.level = history::Problem::Level::warning;
  problem.step = "history";
  problem.kind = std::move(kind);
  problem.message = error.message;
  problem.hint = std::move(hint);
  record.problems.push_back(std::move(problem));
}

}  // namespace ci::optimize
