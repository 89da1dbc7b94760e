#include "optimize/job_caches.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "cache/cache_restore.hpp"
#include "cache/cache_save.hpp"
#include "cache/superseded.hpp"
#include "key/difference.hpp"
#include "key/nearest.hpp"
#include "optimize/cache_place.hpp"
#include "optimize/earlier_jobs.hpp"
#include "store/locator.hpp"

namespace ci::optimize {
namespace {

constexpr double kNearlyFull = 0.9;                               // of a store that others share
constexpr base::Duration kExplaining = std::chrono::seconds(10);  // the most that looking for a reason may take

bool is_hit(const history::CacheOutcome& outcome) {
  return outcome.outcome == "exact" || outcome.outcome == "prefix";
}

std::string hex_or_nothing(const base::Result<base::Sha256Digest>& digest) {
  return digest ? base::hex(*digest) : "";
}

class Restores {
 public:
  Restores(const platform::Platform& platform, const Request& request, const std::string& record_path)
      : platform_(platform), request_(request) {
    state_.record_path = record_path;
  }

  JobState run() {
    state_.store = request_.caches_store;
    state_.may_save = request_.caches_may_save;
    for (const auto& spec : request_.caches) {
      auto& cache = state_.caches.emplace_back();
      cache.outcome.name = spec.name;
      cache.paths = spec.paths;
      cache.save = spec.save;
      if (auto done = restore(spec, cache); !done) {
        cache.outcome.outcome = "skipped";
        cache.outcome.reason = done.error().message;
        platform_.log.warning(fmt::format("cache {}: {}", spec.name, done.error().message));
      }
    }
    state_.restored_at = platform_.clock.now();
    return std::move(state_);
  }

 private:
  base::Result<void> restore(const cache::CacheSpec& spec, CacheState& cache) {
    const auto place = cache::path_place(platform_.environment);
    if (!place) return base::fail(place.error());
    state_.workspace = place->workspace;
    const auto paths = cache::PathSet::read(spec.paths, *place);
    if (!paths) return base::fail(paths.error());
    const auto key = cache::make_paths_key(spec, paths->names(), request_.cache_version, platform_);
    if (!key) return base::fail(key.error());
    cache.outcome.key = key->text;
    cache.series = key->relatives.front();
    cache.parts = key->parts;
    if (request_.caches_store.empty())
      return base::fail(base::ErrorKind::unavailable, "there is no cache store in this step");
    auto store =
        store::open_store(request_.caches_store, {kStoreLimit, {.restore = budget(), .save = budget()}}, platform_);
    if (!store) return base::fail(store.error());

    cache::RestoreRequest asked;
    asked.key = key->text;
    asked.restore_keys = key->restore_keys;
    asked.budget = budget();
    if (!request_.caches_may_save) asked.damaged = cache::Damaged::keep;
    auto restored = cache::restore_paths(**store, *paths, asked, platform_);
    restored.outcome.name = spec.name;
    cache.outcome = std::move(restored.outcome);
    explain(cache, *key, restored);
    if (is_hit(cache.outcome)) cache.cold_seconds = restored.label.cold_seconds;
    cache.tree = hex_or_nothing(paths->state(platform_.cancellation));
    tell(cache.outcome);
    for (const auto& path : restored.mixed)
      platform_.log.warning(fmt::format("{} may hold files of an entry that was not restored to its end", path));
    return {};
  }

  // Says which part of the key made the difference, or what became of the cache's entries.
  void explain(CacheState& cache, const key::Key& key, const cache::Restored& restored) const {
    auto& reason = cache.outcome.reason;
    if (cache.outcome.outcome == "prefix") {
      reason = what_differs(restored.label.parts, cache.parts);
      if (reason.empty()) reason = "no entry has the key";
    } else if (restored.nothing_found) {
      if (const auto known = why_nothing_is_there(cache, key); !known.empty()) reason += "; " + known;
    }
  }

  // Returns "" when nobody can tell.
  [[nodiscard]] std::string why_nothing_is_there(const CacheState& cache, const key::Key& key) const {
    const auto opened = store::open_store(request_.caches_store, {kStoreLimit, {.restore = kExplaining}}, platform_);
    if (!opened) return "";
    store::Store& store = **opened;
    if (const auto nearest = key::find_nearest(store, key); nearest && *nearest) {
      const auto differing = (*nearest)->parts ? what_differs(*(*nearest)->parts, cache.parts) : "";
      return fmt::format("the nearest entry, {}, is for another key: {}", (*nearest)->entry.key,
                         differing.empty() ? "nobody can tell why" : differing);
    }
    if (auto elsewhere = store.elsewhere(cache.series); !elsewhere.empty()) return elsewhere;
    const auto seen = last_seen(earlier_outcomes(state_.record_path, cache.outcome.name), cache.series);
    if (!seen.empty()) return seen + ": it was evicted or removed";
    const auto others = store.list(cache.series);
    if (!others || !others->empty()) return "";
    return "it was never saved for this branch, or its entries were evicted";
  }

  // Of an entry that does not say what its key was made of, every part would seem to be new.
  static std::string what_differs(const key::Parts& before, const key::Parts& now) {
    return before.parts.empty() ? "" : key::summary(key::differences(before, now));
  }

  void tell(const history::CacheOutcome& outcome) const {
    if (!is_hit(outcome)) return platform_.log.info(fmt::format("cache {}: miss: {}", outcome.name, outcome.reason));
    platform_.log.info(fmt::format("cache {}: {} hit: {} in {}{}", outcome.name, outcome.outcome,
                                   base::human_bytes(outcome.bytes), base::human_seconds(outcome.restore_seconds),
                                   outcome.reason.empty() ? "" : " (" + outcome.reason + ")"));
  }

  [[nodiscard]] base::Duration budget() const {
    const base::Duration most = cache::RestoreRequest{}.budget;
    if (!request_.deadline) return most;
    return std::clamp(*request_.deadline - platform_.clock.monotonic(), base::Duration::zero(), most);
  }

  const platform::Platform& platform_;
  const Request& request_;
  JobState state_;
};

class Saves {
 public:
  Saves(const platform::Platform& platform, JobState& state, JobEnd end)
      : platform_(platform), state_(state), end_(end) {}

  void run() {
    elapsed_ = std::chrono::duration<double>(platform_.clock.now() - state_.restored_at).count();
    for (auto& cache : state_.caches) {
      if (cache.outcome.outcome == "miss" && end_ == JobEnd::success) {
        cache.outcome.cold_seconds = elapsed_;
        cache.cold_seconds = {elapsed_};
      }
      cache.cold_seconds = with_older(std::move(cache.cold_seconds),
                                      cold_times(earlier_outcomes(state_.record_path, cache.outcome.name)));
    }
    for (auto& cache : state_.caches) count_saving(cache);
    for (auto& cache : state_.caches) {
      if (cache.outcome.outcome == "exact" || cache.outcome.outcome == "skipped") continue;
      const auto reason = save(cache);
      if (reason.empty()) continue;
      cache.outcome.reason += (cache.outcome.reason.empty() ? "not saved: " : "; not saved: ") + reason;
      platform_.log.info(fmt::format("cache {}: not saved: {}", cache.outcome.name, reason));
    }
  }

 private:
  // Of a job that ended early nobody can say what it saved. Several hits share what the job has saved.
  void count_saving(CacheState& cache) const {
    cache::EntryLabel label;
    label.cold_seconds = cache.cold_seconds;
    const double cold = cache::median_cold_seconds(label);
    if (!is_hit(cache.outcome) || end_ != JobEnd::success || cold <= 0) return;
    const auto hits =
        std::count_if(state_.caches.begin(), state_.caches.end(), [](const auto& one) { return is_hit(one.outcome); });
    cache.outcome.seconds_saved = (cold - elapsed_) / static_cast<double>(hits) - cache.outcome.restore_seconds;
  }

  // Returns "" or why nothing was saved.
  std::string save(CacheState& cache) {
    if (!state_.may_save) return "caches are only restored here";
    if (end_ != JobEnd::success && cache.save != cache::SaveWhen::always) return why_not_after_this_end();
    if (platform_.cancellation.signal() != 0) return "interrupted";
    const auto paths = cache::PathSet::read(cache.paths, {state_.workspace, platform_.environment.get("HOME")});
    if (!paths) return paths.error().message;
    if (!cache.tree.empty() && hex_or_nothing(paths->state(platform_.cancellation)) == cache.tree)
      return "nothing has changed since the restore";
    auto store = store::open_store(state_.store, {kStoreLimit, {}}, platform_);
    if (!store) return store.error().message;
    make_room(**store, cache.series);

    cache::SaveRequest asked;
    asked.key = cache.outcome.key;
    asked.parts = cache.parts;
    asked.cold_seconds = cache.cold_seconds;
    const auto saved = cache::save_paths(**store, *paths, asked, platform_);
    if (saved.status != cache::SaveStatus::saved) return saved.reason;
    cache.outcome.bytes = saved.bytes;
    cache.outcome.save_seconds = saved.seconds;
    platform_.log.info(fmt::format("cache {}: saved {} in {}", cache.outcome.name, base::human_bytes(saved.bytes),
                                   base::human_seconds(saved.seconds)));
    return "";
  }

  [[nodiscard]] std::string why_not_after_this_end() const {
    switch (end_) {
      case JobEnd::failure:
        return "the job failed";
      case JobEnd::cancelled:
        return "the job was cancelled";
      default:
        return "nobody tells whether the job succeeded (save: always saves all the same)";
    }
  }

  // Where the store is nearly full, removes those of this cache's entries that newer ones have taken the place of,
  // before the service evicts what others need. Without the permission it does nothing.
  void make_room(store::Store& store, const std::string& series) {
    const auto usage = store.usage();
    if (!usage) platform_.log.detail("the room in the cache store is not known: " + usage.error().message);
    if (!usage || !*usage) return;
    if (static_cast<double>((*usage)->bytes) < kNearlyFull * static_cast<double>((*usage)->limit)) return;
    const auto entries = store.list(series);
    if (!entries) return;
    for (const auto& entry : cache::superseded(*entries, {}, platform_.clock.now())) {
      if (const auto removed = store.remove(entry); !removed)
        return platform_.log.warning("cannot make room in the cache store: " + removed.error().message);
      platform_.log.info(fmt::format("removed the superseded entry {} ({}), since the repository's caches take {}",
                                     entry.key, base::human_bytes(static_cast<std::int64_t>(entry.bytes)),
                                     base::human_bytes(static_cast<std::int64_t>((*usage)->bytes))));
    }
  }

  const platform::Platform& platform_;
  JobState& state_;
  JobEnd end_;
  double elapsed_ = 0;  // seconds from the restore to now
};

}  // namespace

JobState restore_caches(const platform::Platform& platform, const Request& request, const std::string& record_path) {
  return Restores(platform, request, record_path).run();
}

void save_caches(const platform::Platform& platform, JobState& state, JobEnd end) {
  Saves(platform, state, end).run();
}

}  // namespace ci::optimize
