#pragma once
// Which runs may be compared: those that did the same under the same conditions. Mixed, a change of their shares would
// look like a change of speed (Simpson's paradox).
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace ci::statistics {

// What the caches gave, from best to worst. A hit, a prefix hit and a miss are three series.
enum class CacheResult { none, hit, prefix, miss };

std::string_view word(CacheResult result);

// Returns the worst of several: one cache that missed makes a slow run. none of none.
CacheResult worst(std::span<const CacheResult> results);

struct Stratum {
  std::string repository;
  std::string workflow;
  std::string job;
  std::map<std::string, std::string> matrix;
  std::string step;  // of the job
  std::string os;    // of the runner
  std::string architecture;
  std::string image;
  std::string tier;  // by which packages were installed; "" without any
  CacheResult cache = CacheResult::none;

  // Returns a text that is equal for equal strata only, whatever the fields contain.
  [[nodiscard]] std::string key() const;
  // Returns a line for people: "ci / test (go=1.22), linux x64 ubuntu24, packages delta, cache hit".
  [[nodiscard]] std::string label() const;
};

// What decides whether a run's values join the baseline of its stratum.
struct Standing {
  bool default_branch = true;  // as far as it is known
  int attempt = 1;
  bool succeeded = false;
};

// Returns whether it does: a run of the default branch, its first attempt (a second one finds warm caches), and a
// success (a failure ends early, or late).
bool is_baseline(const Standing& standing);

}  // namespace ci::statistics
