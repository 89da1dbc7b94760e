#include "optimize/finish.hpp"

#include "base/json.hpp"
#include "optimize/job_caches.hpp"
#include "optimize/job_go.hpp"
#include "optimize/unfinished_job.hpp"
#include "platform/filesystem.hpp"

namespace ci::optimize {
namespace {

// Puts `outcomes` in the place of those of the same names in the record at `path`.
base::Result<void> amend_record(const std::string& path, const std::vector<history::CacheOutcome>& outcomes) {
  const auto text = platform::read_file(path);
  if (!text) return base::fail(text.error());
  auto record = base::parse_json(*text);
  if (!record) return base::fail(record.error());
  base::Json caches = base::Json::array();
  for (const auto& item : (*record)["caches"].items()) {
    const base::Json* taken = &item;
    base::Json amended;
    for (const auto& outcome : outcomes) {
      if (item["name"].as_string() != outcome.name) continue;
      amended = to_json(outcome);
      taken = &amended;
    }
    caches.push(*taken);
  }
  record->set("caches", std::move(caches));
  if (saved_go_cache(outcomes)) {
    base::Json go = (*record)["go"];
    base::Json shared = go["cache"];
    go.set("cache", shared.set("state", word(history::GoCacheState::updated)));
    record->set("go", std::move(go));
  }
  return platform::write_file(path, record->pretty() + '\n');
}

}  // namespace

Finished finish(const platform::Platform& platform, JobState state, JobEnd end, const github::Context& context) {
  // First, because saving may take minutes and somebody may be watching the check run.
  auto record = end_unfinished_job(platform, state, end, context);
  // What the main step saw of a failure counts, whatever came later.
  save_caches(platform, state, state.end == JobEnd::success ? end : state.end);
  std::vector<history::CacheOutcome> outcomes;
  for (auto& cache : state.caches) outcomes.push_back(std::move(cache.outcome));
  if (!state.record_path.empty() && !outcomes.empty()) {
    if (const auto amended = amend_record(state.record_path, outcomes); !amended)
      platform.log.warning("cannot complete the record: " + amended.error().message);
  }
  return {std::move(outcomes), std::move(record)};
}

}  // namespace ci::optimize
