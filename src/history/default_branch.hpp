#pragma once
// Whose runs are a baseline: one rule for verdicts, changes and exports (docs/STATISTICS.md, "What is compared").
#include <algorithm>
#include <string>
#include <string_view>

namespace ci::history {

// Returns the default branch of a repository: `named`, as a record tells it; where none does, `main` or else `master`
// when one of `runs` was on it; else "", which is every branch. `branch_of` gives the branch of a run.
template <class Runs, class BranchOf>
std::string default_branch(std::string_view named, const Runs& runs, BranchOf branch_of) {
  if (!named.empty()) return std::string(named);
  for (const std::string_view usual : {"main", "master"}) {
    if (std::any_of(runs.begin(), runs.end(), [&](const auto& run) { return branch_of(run) == usual; }))
      return std::string(usual);
  }
  return "";
}

// Whether a run of `branch` is one of the branch that default_branch() gave.
inline bool is_on_default_branch(std::string_view branch, std::string_view default_branch) {
  return default_branch.empty() || branch == default_branch;
}

}  // namespace ci::history
