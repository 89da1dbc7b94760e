#pragma once
// The checks of workflows and actions. docs/DOCTOR.md says of each why, and where the claim comes from.
#include <string_view>
#include <vector>

#include "doctor/document.hpp"
#include "doctor/finding.hpp"

namespace ci::doctor {

// A check looks at one document and says only what it sees there; where more than the file decides, it says "note".
using Check = void (*)(const Document& document, Findings& findings);

// apt
void check_apt_update(const Document& document, Findings& findings);       // apt-no-update
void check_apt_deadline(const Document& document, Findings& findings);     // apt-no-deadline
void check_apt_retries(const Document& document, Findings& findings);      // apt-retries-key
void check_apt_repetition(const Document& document, Findings& findings);   // apt-repeated
void check_apt_file_caches(const Document& document, Findings& findings);  // apt-file-cache

// Caches
void check_cache_restore_keys(const Document& document, Findings& findings);  // cache-no-restore-keys
void check_cache_constant_key(const Document& document, Findings& findings);  // cache-constant-key
void check_cache_key_per_run(const Document& document, Findings& findings);   // cache-key-per-run
void check_cache_paths(const Document& document, Findings& findings);         // cache-wide-path, cache-root-path

// Go
void check_go_double_cache(const Document& document, Findings& findings);  // go-cache-twice
void check_go_frozen_cache(const Document& document, Findings& findings);  // go-cache-frozen
void check_go_repetition(const Document& document, Findings& findings);    // go-build-repeated

// Jobs
void check_job_timeout(const Document& document, Findings& findings);       // job-no-timeout
void check_concurrency(const Document& document, Findings& findings);       // no-concurrency
void check_hidden_failures(const Document& document, Findings& findings);   // hidden-failure
void check_full_history(const Document& document, Findings& findings);      // full-history
void check_removed_commands(const Document& document, Findings& findings);  // workflow-command

// What may be done by whom
void check_missing_permissions(const Document& document, Findings& findings);  // permissions-missing
void check_write_all(const Document& document, Findings& findings);            // permissions-write-all
void check_fork_checks(const Document& document, Findings& findings);          // checks-write-on-forks
void check_foreign_checkout(const Document& document, Findings& findings);     // foreign-checkout
void check_script_injection(const Document& document, Findings& findings);     // script-injection
void check_pinning(const Document& document, Findings& findings);              // unpinned-action
void check_retired_actions(const Document& document, Findings& findings);      // retired-action
void check_node_version(const Document& document, Findings& findings);         // retired-node

// All of them.
const std::vector<Check>& all_checks();

// What all of them find in `document`, in the order of the file.
std::vector<Finding> findings_in(const Document& document);

}  // namespace ci::doctor
