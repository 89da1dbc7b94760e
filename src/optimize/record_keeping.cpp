#include "optimize/record_keeping.hpp"

#include <fmt/format.h>

#include "history_store/spool.hpp"
#include "platform/filesystem.hpp"
#include "report/summary.hpp"

namespace ci::optimize {
namespace {

constexpr base::Duration kSpoolPatience = std::chrono::seconds(10);

}  // namespace

RecordKeeping::RecordKeeping(const platform::Platform& platform, const Request& request)
    : platform_(platform), request_(request) {
  if (request_.history)
    store_ = std::make_unique<history_store::FileHistoryStore>(request_.history->folder, platform_.clock);
}

void RecordKeeping::name_files(history::Record& record) const {
  if (!store_) return;
  record.record_path = store_->layout().record(record.id, record.started_at).string();
  record.report_path = store_->layout().report(record.id).string();
}

void RecordKeeping::keep(history::Record& record, const insight::Insight* insight) {
  if (!store_) return;
  if (!is_lost_) {
    const auto kept = store_->put(history::to_json(record));
    if (!kept) lose(record, kept.error());
  }
  if (record.ended_at) end(record, insight);
}

void RecordKeeping::end(history::Record& record, const insight::Insight* insight) {
  if (!is_lost_) {
    const auto told = platform::write_file(store_->layout().report(record.id), report::summary(record, insight));
    if (!told) lose(record, told.error());
  }
  if (is_lost_) return spool(record);
  const history_store::TimeLimit limit{platform_.clock, platform_.clock.monotonic() + kSpoolPatience};
  const history_store::Spool waiting(request_.history->spool, store_->name());
  if (const auto count = waiting.empty_into(*store_, limit); count > 0)
    platform_.log.info(fmt::format("put {} records that waited for {}", count, store_->name()));
  if (const auto pruned = store_->prune(platform_.clock.now(), request_.retention); !pruned)
    platform_.log.detail("old records stay: " + pruned.error().message);
}

void RecordKeeping::lose(history::Record& record, const base::Error& error) {
  platform_.log.warning(error.message);
  history::Problem problem;
  problem.level = history::Problem::Level::warning;
  problem.step = "history";
  problem.kind = "record-not-kept";
  problem.message = error.message;
  problem.hint = "give --history file:DIR with a folder that can be written to";
  record.problems.push_back(std::move(problem));
  // Nothing lies where the paths would say.
  record.record_path.clear();
  record.report_path.clear();
  is_lost_ = true;
}

void RecordKeeping::spool(const history::Record& record) const {
  if (request_.history->spool.empty()) return;
  const auto kept = history_store::Spool(request_.history->spool, store_->name()).add(history::to_json(record));
  if (kept) platform_.log.info("the record waits in " + request_.history->spool.string() + " for the next run");
}

}  // namespace ci::optimize
