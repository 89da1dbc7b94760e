#pragma once
// How long jobs took that had to do without a cache, as kept records tell.
#include <string>
#include <vector>

namespace ci::optimize {

// Returns the seconds from the miss of the cache `name` to the end of the job, the newest first, of the records that
// lie beside the one at `record_path` and are of the same repository, workflow and job. None when there are no records.
std::vector<double> cold_times(const std::string& record_path, const std::string& name);

// Returns `times` with what `older` has besides, as many as an entry keeps.
std::vector<double> with_older(std::vector<double> times, const std::vector<double>& older);

}  // namespace ci::optimize
