#include "optimize/record_keeping.hpp"

#include <fmt/format.h>

#include "history_store/locator.hpp"
#include "history_store/spool.hpp"
#include "platform/filesystem.hpp"
#include "report/summary.hpp"

namespace ci::optimize {
namespace {

constexpr base::Duration kSpoolPatience = std::chrono::seconds(10);
constexpr base::Duration kStorePatience = std::chrono::seconds(10);

history::Problem not_kept(const std::string& message, const std::string& hint) {
  history::Problem problem;
  problem.level = history::Problem::Level::warning;
  problem.step = "history";
  problem.kind = "record-not-kept";
  problem.message = message;
  problem.hint = hint;
  return problem;
}

}  // namespace

RecordKeeping::RecordKeeping(const platform::Platform& platform, const Request& request)
    : platform_(platform), request_(request) {
  if (!request_.history) return;
  files_ = std::make_unique<history_store::FileHistoryStore>(request_.history->folder, platform_.clock);
  if (is_folder(*request_.history)) return;
  if (auto opened = history_store::open_history_store(request_.history->store, platform_, kStorePatience))
    elsewhere_ = std::move(*opened);
}

history_store::HistoryStore* RecordKeeping::store() {
  if (elsewhere_) return elsewhere_.get();
  return files_.get();
}

void RecordKeeping::name_files(history::Record& record) const {
  if (!files_) return;
  record.record_path = files_->layout().record(record.id, record.started_at).string();
  record.report_path = files_->layout().report(record.id).string();
}

void RecordKeeping::keep(history::Record& record, const insight::Insight* insight) {
  if (!files_) return;
  if (elsewhere_ && !is_elsewhere_lost_) {
    const auto kept = elsewhere_->put(history::to_json(record));
    if (!kept) lose_elsewhere(record, kept.error());
  }
  if (!are_files_lost_) {
    const auto kept = files_->put(history::to_json(record));
    if (!kept) lose_files(record, kept.error());
  }
  if (record.ended_at) end(record, insight);
}

void RecordKeeping::end(history::Record& record, const insight::Insight* insight) {
  if (!are_files_lost_) {
    const auto told = platform::write_file(files_->layout().report(record.id), report::summary(record, insight));
    if (!told) lose_files(record, told.error());
  }
  if (is_kept()) {
    const history_store::TimeLimit limit{platform_.clock, platform_.clock.monotonic() + kSpoolPatience};
    const history_store::Spool waiting(request_.history->spool, store()->name());
    if (const auto count = waiting.empty_into(*store(), limit); count > 0)
      platform_.log.info(fmt::format("put {} records that waited for {}", count, store()->name()));
  } else {
    spool(record);
  }
  for (auto* store : {elsewhere_ && !is_elsewhere_lost_ ? elsewhere_.get() : nullptr,
                      are_files_lost_ ? nullptr : static_cast<history_store::HistoryStore*>(files_.get())}) {
    if (store == nullptr) continue;
    if (const auto pruned = store->prune(platform_.clock.now(), request_.retention); !pruned)
      platform_.log.detail("old records stay: " + pruned.error().message);
  }
}

void RecordKeeping::lose_files(history::Record& record, const base::Error& error) {
  platform_.log.warning(error.message);
  record.problems.push_back(not_kept(error.message, "give --history file:DIR with a folder that can be written to"));
  // Nothing lies where the paths would say.
  record.record_path.clear();
  record.report_path.clear();
  are_files_lost_ = true;
}

void RecordKeeping::lose_elsewhere(history::Record& record, const base::Error& error) {
  const std::string message = fmt::format("the record is not kept in {}: {}", elsewhere_->name(), error.message);
  platform_.log.warning(message);
  record.problems.push_back(not_kept(message, error.hint));
  is_elsewhere_lost_ = true;
}

void RecordKeeping::spool(const history::Record& record) {
  if (request_.history->spool.empty()) return;
  const auto kept = history_store::Spool(request_.history->spool, store()->name()).add(history::to_json(record));
  if (kept) platform_.log.info("the record waits in " + request_.history->spool.string() + " for the next run");
}

}  // namespace ci::optimize
