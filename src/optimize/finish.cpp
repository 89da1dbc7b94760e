#include "optimize/finish.hpp"

#include "base/json.hpp"
#include "history_store/locator.hpp"
#include "history_store/spool.hpp"
#include "optimize/earlier_jobs.hpp"
#include "optimize/job_caches.hpp"
#include "optimize/job_go.hpp"
#include "optimize/late_record.hpp"
#include "optimize/unfinished_job.hpp"
#include "platform/filesystem.hpp"

namespace ci::optimize {
namespace {

constexpr base::Duration kHistoryPatience = std::chrono::seconds(10);

base::Result<base::Json> read_document(const std::string& path) {
  const auto text = platform::read_file(path);
  if (!text) return base::fail(text.error());
  return base::parse_json(*text);
}

// Puts `outcomes` in the place of those of the same names in the record.
void amend(base::Json& record, const std::vector<history::CacheOutcome>& outcomes) {
  base::Json caches = base::Json::array();
  for (const auto& item : record["caches"].items()) {
    const base::Json* taken = &item;
    base::Json amended;
    for (const auto& outcome : outcomes) {
      if (item["name"].as_string() != outcome.name) continue;
      amended = to_json(outcome);
      taken = &amended;
    }
    caches.push(*taken);
  }
  record.set("caches", std::move(caches));
  if (saved_go_cache(outcomes)) {
    base::Json go = record["go"];
    base::Json shared = go["cache"];
    go.set("cache", shared.set("state", word(history::GoCacheState::updated)));
    record.set("go", std::move(go));
  }
}

// Puts the record, or lets it wait in the place of what waits of it from the main step.
base::Result<void> put(const platform::Platform& platform, const JobState& state, history_store::HistoryStore& store,
                       const base::Json& record) {
  const auto kept = store.put(record);
  if (kept) {
    if (!state.spool.empty()) history_store::Spool(state.spool, store.name()).drop(record["id"].as_string());
  } else if (const auto told = let_wait(record, state.spool, store.name(), state.record_path, platform.log);
             !told.empty()) {
    platform.log.info(told);
  }
  return kept;
}

}  // namespace

Finished finish(const platform::Platform& platform, JobState state, JobEnd end, const github::Context& context) {
  // First, because saving may take minutes and somebody may be watching the check run.
  auto ended = end_unfinished_job(platform, state, end, context);
  std::unique_ptr<history_store::HistoryStore> store;
  auto record = base::Result<base::Json>(base::Json());
  if (!state.history.empty()) {
    record = read_document(state.record_path);
    if (auto opened = history_store::open_history_store(state.history, platform, kHistoryPatience))
      store = std::move(*opened);
  }
  history_store::Series own;
  if (record)
    own = {(*record)["repository"].as_string(), (*record)["workflow"].as_string(), (*record)["job"].as_string(), ""};
  EarlierJobs earlier(record ? store.get() : nullptr, own);
  // What the main step saw of a failure counts, whatever came later.
  save_caches(platform, state, state.end == JobEnd::success ? end : state.end, earlier);
  std::vector<history::CacheOutcome> outcomes;
  for (auto& cache : state.caches) outcomes.push_back(std::move(cache.outcome));
  if (store != nullptr && (ended || !outcomes.empty())) {
    if (record) amend(*record, outcomes);
    auto kept = record ? base::Result<void>() : base::Result<void>(base::fail(record.error()));
    if (kept) kept = platform::write_file(state.record_path, record->pretty() + '\n');
    if (kept) kept = put(platform, state, *store, *record);
    if (!kept) platform.log.warning("cannot complete the record: " + kept.error().message);
  }
  return {std::move(outcomes), std::move(ended)};
}

}  // namespace ci::optimize
