#include "optimize/job_caches.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "cache/cache_restore.hpp"
#include "cache/cache_save.hpp"
#include "golang/build_cache.hpp"
#include "golang/build_cache_delta.hpp"
#include "golang/module_cache.hpp"
#include "key/delta_key.hpp"
#include "key/difference.hpp"
#include "key/nearest.hpp"
#include "optimize/cache_place.hpp"
#include "optimize/cache_room.hpp"
#include "optimize/earlier_jobs.hpp"
#include "platform/filesystem.hpp"
#include "store/locator.hpp"

namespace ci::optimize {
namespace {

constexpr base::Duration kExplaining = std::chrono::seconds(10);  // the most that looking for a reason may take

std::string hex_or_nothing(const base::Result<base::Sha256Digest>& digest) {
  return digest ? base::hex(*digest) : "";
}

// Says which part of the key made the difference, or what became of the cache's entries.
class Explanation {
 public:
  Explanation(const platform::Platform& platform, const Request& request, EarlierJobs& earlier)
      : platform_(platform), request_(request), earlier_(earlier) {}

  void fill_in(CacheState& cache, const key::Key& key, const cache::Restored& restored) const {
    auto& reason = cache.outcome.reason;
    if (cache.outcome.outcome == "prefix") {
      const std::string incomplete = std::exchange(reason, what_differs(restored.label.parts, cache.parts));
      if (reason.empty() && incomplete.empty()) reason = "no entry has the key";
      reason += (reason.empty() || incomplete.empty() ? "" : "; ") + incomplete;
    } else if (restored.nothing_found) {
      if (const auto known = why_nothing_is_there(cache, key); !known.empty()) reason += "; " + known;
    }
  }

 private:
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
    const auto seen = last_seen(earlier_.outcomes(), cache.outcome.name, cache.series);
    if (!seen.empty()) return seen + ": it was evicted or removed";
    const auto others = store.list(cache.series);
    if (!others || !others->empty()) return "";
    return "it was never saved for this branch, or its entries were evicted";
  }

  // Of an entry that does not say what its key was made of, every part would seem to be new.
  static std::string what_differs(const key::Parts& before, const key::Parts& now) {
    return before.parts.empty() ? "" : key::summary(key::differences(before, now));
  }

  const platform::Platform& platform_;
  const Request& request_;
  EarlierJobs& earlier_;
};

// Says of a delta what it is one over.
std::string over_base(const history::CacheOutcome& outcome) {
  if (outcome.base_key.empty()) return "";
  return fmt::format(", over {} of {}", base::human_bytes(outcome.base_bytes), outcome.base_key);
}

void tell(const history::CacheOutcome& outcome, platform::Log& log) {
  if (!is_hit(outcome)) return log.info(fmt::format("cache {}: {}: {}", outcome.name, outcome.outcome, outcome.reason));
  log.info(fmt::format("cache {}: {} hit: {}{} in {}{}", outcome.name, outcome.outcome,
                       base::human_bytes(outcome.bytes), over_base(outcome),
                       base::human_seconds(outcome.restore_seconds),
                       outcome.reason.empty() ? "" : " (" + outcome.reason + ")"));
}

base::Duration restore_budget(const platform::Platform& platform, const Request& request) {
  const base::Duration most = cache::RestoreRequest{}.budget;
  if (!request.deadline) return most;
  return std::clamp(*request.deadline - platform.clock.monotonic(), base::Duration::zero(), most);
}

class Restores {
 public:
  Restores(const platform::Platform& platform, const Request& request, EarlierJobs& earlier)
      : platform_(platform), request_(request), earlier_(earlier) {}

  JobState run() {
    state_.store = request_.caches_store;
    state_.may_save = request_.caches_may_save;
    if (const auto place = cache::path_place(platform_.environment)) state_.workspace = place->workspace;
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
    const auto paths = cache::PathSet::read(spec.paths, *place);
    if (!paths) return base::fail(paths.error());
    const auto key = cache::make_paths_key(spec, paths->names(), request_.cache_version, platform_);
    if (!key) return base::fail(key.error());
    const auto restored = restore_cache(platform_, request_, *paths, *key, {}, earlier_, cache);
    if (!restored) return base::fail(restored.error());
    cache.tree = hex_or_nothing(paths->state(platform_.cancellation));
    return {};
  }

  const platform::Platform& platform_;
  const Request& request_;
  EarlierJobs& earlier_;
  JobState state_;
};

class Saves {
 public:
  Saves(const platform::Platform& platform, JobState& state, JobEnd end, EarlierJobs& earlier)
      : platform_(platform), state_(state), end_(end), earlier_(earlier) {}

  void run() {
    const auto& earlier = earlier_.outcomes();
    elapsed_ = std::chrono::duration<double>(platform_.clock.now() - state_.restored_at).count();
    for (auto& cache : state_.caches) {
      if (cache.kind == CacheKind::go_modules) continue;  // what a download takes was measured by itself
      if (cache.outcome.outcome == "miss" && end_ == JobEnd::success) {
        cache.outcome.cold_seconds = elapsed_;
        cache.cold_seconds = {elapsed_};
      }
      cache.cold_seconds = with_older(std::move(cache.cold_seconds), cold_times(earlier, cache.outcome.name));
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
    if (cache.kind == CacheKind::go_modules) {
      cache.outcome.seconds_saved = cold - cache.outcome.restore_seconds;
      return;
    }
    const auto hits =
        std::count_if(state_.caches.begin(), state_.caches.end(), [](const auto& one) { return is_hit(one.outcome); });
    cache.outcome.seconds_saved = (cold - elapsed_) / static_cast<double>(hits) - cache.outcome.restore_seconds;
  }

  // Returns "" or why nothing was saved.
  std::string save(CacheState& cache) {
    if (!state_.may_save) return "caches are only restored here";
    if (!cache.unsaved.empty()) return cache.unsaved;
    if (end_ != JobEnd::success && cache.save != cache::SaveWhen::always) return why_not_after_this_end();
    if (platform_.cancellation.signal() != 0) return "interrupted";
    const auto paths = cache::PathSet::read(cache.paths, {state_.workspace, platform_.environment.get("HOME")});
    if (!paths) return paths.error().message;
    if (!cache.tree.empty() && hex_or_nothing(paths->state(platform_.cancellation)) == cache.tree)
      return "nothing has changed since the restore";
    cache::SaveRequest asked;
    asked.key = cache.outcome.key;
    if (auto why_not = choose(cache, *paths, asked); !why_not.empty()) return why_not;
    auto store = store::open_store(state_.store, {kStoreLimit, {}}, platform_);
    if (!store) return store.error().message;
    make_room(**store, cache.series, asked.key, platform_);

    asked.parts = cache.parts;
    asked.cold_seconds = cache.cold_seconds;
    const auto saved = cache::save_paths(**store, *paths, asked, platform_);
    if (saved.status != cache::SaveStatus::saved) return saved.reason;
    if (!std::exchange(told_of_room_, true)) warn_of_room(**store, platform_);
    auto& outcome = cache.outcome;
    outcome.key = asked.key;
    outcome.bytes = saved.bytes;
    outcome.save_seconds = saved.seconds;
    outcome.base_key = asked.base ? asked.base->key : "";
    outcome.base_bytes = asked.base ? cache.full->archive_bytes : 0;
    platform_.log.info(fmt::format("cache {}: saved {} in {}{}", outcome.name, base::human_bytes(saved.bytes),
                                   base::human_seconds(saved.seconds), over_base(outcome)));
    return "";
  }

  // Of Go's caches only what the job used is saved. Returns "" or why nothing is.
  std::string choose(const CacheState& cache, const cache::PathSet& paths, cache::SaveRequest& asked) {
    const std::filesystem::path folder = paths.roots().front().path;
    if (cache.kind == CacheKind::go_modules) {
      golang::NamedModules named;
      for (const auto& file : cache.go_sums) golang::add_go_sum(platform::read_file(file).value_or(""), named);
      const auto kept = golang::kept_modules(folder, named, cache.used_since);
      if (!kept) return kept.error().message;
      asked.contents = paths.contents_below_first_root(*kept);
    } else if (cache.kind == CacheKind::go_build) {
      const auto use = golang::used_since(folder, cache.used_since, cache.limit);
      if (!use) return use.error().message;
      if (use->actions == 0) return "the job used nothing of it";
      if (use->all_actions == cache.actions) return "nothing was compiled that it did not have";
      platform_.log.info(fmt::format("cache {}: this job used {} of {}", cache.outcome.name, human(use->bytes),
                                     human(use->bytes + use->dropped_bytes)));
      if (use->over_limit > 0)
        platform_.log.warning(fmt::format("cache {}: {} outcomes that the job used are left out: go.limit is {}",
                                          cache.outcome.name, use->over_limit, human(cache.limit)));
      asked.contents = paths.contents_below_first_root(use->paths);
      asked.fixed_mtime = golang::kSavedTime;
      if (auto done = leave_out_base(cache, folder, *use, paths, asked); !done) return done.error().message;
    }
    return "";
  }

  // Of what the job used, what the full entry has that was restored need not be saved again, when that pays.
  static base::Result<void> leave_out_base(const CacheState& cache, const std::filesystem::path& folder,
                                           const golang::BuildCacheUse& use, const cache::PathSet& paths,
                                           cache::SaveRequest& asked) {
    if (!cache.full) return {};
    const auto delta = golang::delta_over(folder, use, *cache.full);
    if (!delta) return base::fail(delta.error());
    if (!golang::is_worth_it(*delta, use, *cache.full)) return {};
    asked.contents = paths.contents_below_first_root(delta->paths);
    asked.base = cache.full->name;
    asked.key = key::delta_key(asked.key, cache.full->name.key);
    return {};
  }

  static std::string human(std::uint64_t bytes) { return base::human_bytes(static_cast<std::int64_t>(bytes)); }

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

  const platform::Platform& platform_;
  JobState& state_;
  JobEnd end_;
  EarlierJobs& earlier_;
  double elapsed_ = 0;  // seconds from the restore to now
  bool told_of_room_ = false;
};

}  // namespace

base::Result<cache::Restored> restore_cache(const platform::Platform& platform, const Request& request,
                                            const cache::PathSet& paths, const key::Key& key, const WorthRule& why_not,
                                            EarlierJobs& earlier, CacheState& cache) {
  const auto name = cache.outcome.name;
  cache.outcome.key = key.text;
  cache.series = key.relatives.front();
  cache.parts = key.parts;
  if (request.caches_store.empty())
    return base::fail(base::ErrorKind::unavailable, "there is no cache store in this step");
  const auto budget = restore_budget(platform, request);
  auto store = store::open_store(request.caches_store, {kStoreLimit, {.restore = budget, .save = budget}}, platform);
  if (!store) return base::fail(store.error());

  cache::RestoreRequest asked;
  asked.key = key.text;
  asked.restore_keys = key.restore_keys;
  asked.budget = budget;
  asked.why_not = why_not;
  if (cache.kind == CacheKind::go_build) asked.deltas = cache::Deltas::allowed;
  if (!request.caches_may_save) asked.damaged = cache::Damaged::keep;
  auto restored = cache::restore_paths(**store, paths, asked, platform);
  restored.outcome.name = name;
  cache.outcome = restored.outcome;
  if (restored.declined) cache.outcome.outcome = "skipped";
  Explanation(platform, request, earlier).fill_in(cache, key, restored);
  if (is_hit(cache.outcome)) cache.cold_seconds = restored.label.cold_seconds;
  cache.full = restored.full;
  tell(cache.outcome, platform.log);
  for (const auto& path : restored.mixed)
    platform.log.warning(fmt::format("{} may hold files of an entry that was not restored to its end", path));
  return restored;
}

JobState restore_caches(const platform::Platform& platform, const Request& request, EarlierJobs& earlier) {
  return Restores(platform, request, earlier).run();
}

void save_caches(const platform::Platform& platform, JobState& state, JobEnd end, EarlierJobs& earlier) {
  Saves(platform, state, end, earlier).run();
}

}  // namespace ci::optimize
