#pragma once
// The configuration's caches around a job: restored before it, saved after it where that is worth it.
#include <functional>

#include "cache/cache_restore.hpp"
#include "key/key.hpp"
#include "optimize/earlier_jobs.hpp"
#include "optimize/job_state.hpp"
#include "optimize/request.hpp"
#include "platform/platform.hpp"

namespace ci::optimize {

// Restores every cache of the request, one after the other, and returns what save_caches() needs. What fails is a miss
// with its reason, and a warning where somebody should look at it. `earlier` knows of entries that are gone.
JobState restore_caches(const platform::Platform& platform, const Request& request, EarlierJobs& earlier);

// Why an entry is not worth restoring; "" when it is (see cache::RestoreRequest).
using WorthRule = std::function<std::string(const store::Entry&, const cache::EntryLabel&)>;

// Restores one cache by its key and fills in its state. Returns what the restore has found. Without a rule whatever is
// found is restored. Error: there is no store.
base::Result<cache::Restored> restore_cache(const platform::Platform& platform, const Request& request,
                                            const cache::PathSet& paths, const key::Key& key, const WorthRule& why_not,
                                            EarlierJobs& earlier, CacheState& cache);

// Saves what the job has made or changed: no cache that was an exact hit, none that is unchanged since its restore, and
// after a failed job only those that ask for it. Fills in the outcomes of `state`: what was saved, why it was not, and
// the seconds that a hit has saved against jobs that had none.
void save_caches(const platform::Platform& platform, JobState& state, JobEnd end, EarlierJobs& earlier);

}  // namespace ci::optimize
