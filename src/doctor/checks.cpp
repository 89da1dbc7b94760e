#include "doctor/checks.hpp"

#include <algorithm>
#include <tuple>

namespace ci::doctor {

const std::vector<Check>& all_checks() {
  static const std::vector<Check> kChecks = {
      check_apt_update,         check_apt_deadline,      check_apt_retries,
      check_apt_repetition,     check_apt_file_caches,   check_cache_restore_keys,
      check_cache_constant_key, check_cache_key_per_run, check_cache_paths,
      check_go_double_cache,    check_go_frozen_cache,   check_go_repetition,
      check_job_timeout,        check_concurrency,       check_hidden_failures,
      check_full_history,       check_removed_commands,  check_missing_permissions,
      check_write_all,          check_fork_checks,       check_foreign_checkout,
      check_script_injection,   check_pinning,           check_retired_actions,
      check_node_version,
  };
  return kChecks;
}

std::vector<Finding> findings_in(const Document& document) {
  std::vector<Finding> all;
  for (const auto check : all_checks()) {
    Findings findings(document);  // each its own, so that one that finds much leaves room for the others
    check(document, findings);
    for (auto& finding : findings.take()) all.push_back(std::move(finding));
  }
  std::stable_sort(all.begin(), all.end(), [](const Finding& one, const Finding& other) {
    return std::tie(one.at.line, one.at.column) < std::tie(other.at.line, other.at.column);
  });
  return all;
}

}  // namespace ci::doctor
