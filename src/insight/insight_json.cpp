#include "base/json.hpp"

#include "insight/insight.hpp"

namespace ci::insight {
namespace {

using base::Json;

Json number(std::size_t count) {
  return Json(static_cast<std::int64_t>(count));
}

template <class Value>
Json or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json();
}

Json place_json(const RunPlace& place) {
  return Json::object()
      .set("id", place.id)
      .set("run_id", place.run_id)
      .set("run_attempt", place.run_attempt)
      .set("branch", place.branch)
      .set("commit_sha", place.commit_sha)
      .set("started_at", base::to_rfc3339(place.started_at));
}

std::string_view word(statistics::Assessment assessment) {
  switch (assessment) {
    case statistics::Assessment::unjudged:
      return "unjudged";
    case statistics::Assessment::usual:
      return "usual";
    case statistics::Assessment::slow_run:
      return "slow_run";
    case statistics::Assessment::regression:
      return "regression";
  }
  return "";
}

std::string_view word(statistics::Evidence evidence) {
  switch (evidence) {
    case statistics::Evidence::two_in_a_row:
      return "two_in_a_row";
    case statistics::Evidence::rank_test:
      return "rank_test";
    case statistics::Evidence::both:
      return "both";
  }
  return "";
}

std::string_view word(statistics::FlakyState state) {
  switch (state) {
    case statistics::FlakyState::steady:
      return "steady";
    case statistics::FlakyState::cleared:
      return "cleared";
    case statistics::FlakyState::flaky:
      return "flaky";
  }
  return "";
}

Json interval_json(double low, double high, double confidence) {
  return Json::object().set("low", low).set("high", high).set("confidence", confidence);
}

Json regression_json(const MetricInsight& metric) {
  const auto& regression = *metric.judgement.regression;
  Json json = Json::object()
                  .set("evidence", word(regression.evidence))
                  .set("before", regression.before)
                  .set("after", regression.after)
                  .set("p", regression.test.p)
                  .set("p_is_exact", regression.test.exact)
                  .set("adjusted_p", or_null(metric.adjusted_p))
                  .set("recent_runs", number(regression.recent_runs))
                  .set("baseline_runs", number(regression.baseline_runs));
  if (regression.shift) {
    json.set("effect", regression.shift->estimate)
        .set("effect_interval",
             interval_json(regression.shift->low, regression.shift->high, regression.shift->confidence));
  }
  if (metric.first_bad) json.set("first_bad", place_json(*metric.first_bad));
  if (metric.last_good) json.set("last_good", place_json(*metric.last_good));
  return json;
}

Json metric_json(const MetricInsight& metric) {
  const auto& judgement = metric.judgement;
  Json last = Json::array();
  for (const double value : metric.last) last.push(value);
  Json json = Json::object()
                  .set("name", metric.name)
                  .set("unit", metric.unit)
                  .set("value", metric.value)
                  .set("stratum", metric.stratum)
                  .set("assessment", word(judgement.assessment))
                  .set("preliminary", judgement.preliminary)
                  .set("text", sentence(metric))
                  .set("baseline_runs", number(judgement.baseline_runs))
                  .set("baseline_needed", number(judgement.baseline_needed))
                  .set("last", std::move(last));
  if (judgement.baseline_runs > 0) json.set("median", judgement.median).set("spread", judgement.spread);
  if (judgement.baseline_runs > 0 && metric.is_duration) json.set("slow_above", judgement.slow_above);
  if (judgement.regression) json.set("regression", regression_json(metric));
  return json;
}

Json proportion_json(const statistics::Proportion& proportion) {
  return Json::object()
      .set("successes", proportion.successes)
      .set("runs", proportion.trials)
      .set("rate", proportion.trials > 0 ? Json(proportion.rate) : Json())
      .set("interval", interval_json(proportion.low, proportion.high, 0.95));
}

Json cache_json(const CacheLine& cache) {
  return Json::object()
      .set("name", cache.name)
      .set("outcome", cache.outcome)
      .set("reason", cache.reason)
      .set("restore_seconds", cache.restore_seconds)
      .set("save_seconds", cache.save_seconds)
      .set("net_seconds", or_null(cache.net_seconds))
      .set("cold_median", cache.cold_runs > 0 ? Json(cache.cold_median) : Json())
      .set("cold_runs", number(cache.cold_runs))
      .set("hits", proportion_json(cache.hits));
}

Json reliability_json(const statistics::Reliability& reliability) {
  return Json::object()
      .set("runs", number(reliability.runs))
      .set("failures", number(reliability.failures))
      .set("outages", number(reliability.outages))
      .set("failures_in_a_row", number(reliability.failures_in_a_row))
      .set("seconds_between_failures", or_null(reliability.between_failures))
      .set("recovery_seconds", or_null(reliability.recovery));
}

}  // namespace

Json to_json(const SeriesChange& change) {
  return Json::object()
      .set("repository", change.series.repository)
      .set("workflow", change.series.workflow)
      .set("job", change.series.job)
      .set("stratum", change.stratum)
      .set("metric", change.metric)
      .set("unit", change.unit)
      .set("before", change.before)
      .set("after", change.after)
      .set("p", change.p)
      .set("runs_before", number(change.runs_before))
      .set("runs_after", number(change.runs_after))
      .set("first", place_json(change.first))
      .set("last_before", place_json(change.last_before));
}

Json to_json(const statistics::Flakiness& flakiness) {
  return Json::object()
      .set("state", word(flakiness.state))
      .set("score", flakiness.score)
      .set("interval", interval_json(flakiness.low, flakiness.high, 0.95))
      .set("runs", number(flakiness.trials))
      .set("chance_failures", number(flakiness.chance_failures))
      .set("flipped_commits", number(flakiness.flipped_commits))
      .set("shared_failures", number(flakiness.excluded))
      .set("passes_since", number(flakiness.passes_since));
}

Json to_json(const Insight& insight) {
  Json json = Json::object()
                  .set("assessment", word(assessment(insight)))
                  .set("headline", headline(insight))
                  .set("not_judged", insight.not_judged)
                  .set("kept_runs", number(insight.kept_runs));
  Json metrics = Json::array();
  for (const auto& metric : insight.metrics) metrics.push(metric_json(metric));
  Json caches = Json::array();
  for (const auto& cache : insight.caches) caches.push(cache_json(cache));
  Json changes = Json::array();
  for (const auto& change : insight.changes) changes.push(to_json(change));
  Json failures = Json::array();
  for (const auto& place : insight.chance_failures) failures.push(place_json(place));
  return json.set("metrics", std::move(metrics))
      .set("caches", std::move(caches))
      .set("changes", std::move(changes))
      .set("success", proportion_json(insight.success))
      .set("reliability", reliability_json(insight.reliability))
      .set("flakiness", to_json(insight.flakiness).set("last_failures", std::move(failures)));
}

}  // namespace ci::insight
