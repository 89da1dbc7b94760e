#pragma once
// The configuration's caches around a job: restored before it, saved after it where that is worth it.
#include <functional>

#include "cache/cache_restore.hpp"
#include "optimize/job_state.hpp"
#include "optimize/request.hpp"
#include "platform/platform.hpp"

namespace ci::optimize {

// Restores every cache of the request, one after the other, and returns what save_caches() needs. What fails is a miss
// with its reason, and a warning where somebody should look at it.
JobState restore_caches(const platform::Platform& platform, const Request& request);

// By what one cache is restored.
struct CacheKeys {
  std::string key;
  std::vector<std::string> restore_keys;
  std::string series;  // what the keys of all its entries on this system begin with
  std::string parts;   // what the key is made of
  // Says in what the parts of another key differ from these.
  std::function<std::string(const std::string& other)> difference;
  // See cache::RestoreRequest; none: whatever is found is restored.
  std::function<std::string(const store::Entry&, const cache::EntryLabel&)> why_not{};
};

// Restores one cache and fills in its state. Returns what the restore has found. Error: there is no store.
base::Result<cache::Restored> restore_cache(const platform::Platform& platform, const Request& request,
                                            const cache::PathSet& paths, CacheKeys keys, CacheState& cache);

// Saves what the job has made or changed: no cache that was an exact hit, none that is unchanged since its restore, and
// after a failed job only those that ask for it. Fills in the outcomes of `state`: what was saved, why it was not, and
// the seconds that a hit has saved against jobs that had none.
void save_caches(const platform::Platform& platform, JobState& state, JobEnd end);

}  // namespace ci::optimize
