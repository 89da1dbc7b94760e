#pragma once
// What the runner tells a step about its run (docs.github.com: "Default environment variables").
#include <map>
#include <string>
#include <vector>

#include "platform/environment.hpp"

namespace ci::github {

// A job that this one needs, as the workflow's `toJSON(needs)` tells of it.
struct Need {
  std::string job;
  std::string result;  // success, failure, cancelled, skipped
  std::string reason;  // its output `reason`, where it gives one
};

struct Context {
  bool in_actions = false;  // GITHUB_ACTIONS is true; everything below may be empty otherwise
  std::string repository;   // owner/name
  std::string workflow;
  std::string workflow_path;  // in the repository, ".github/workflows/ci.yml"
  std::string job;            // the job's key in the workflow
  // GITHUB_ACTION, which no two steps of a job share: its id, or a name that GitHub makes of its action
  // ("__org_ci-optimizer", "__org_ci-optimizer_2", "__run_3").
  std::string step;
  std::map<std::string, std::string> matrix;  // the job's values, from the action's input
  std::string job_id;  // the number of the job's page, from the action's input; "" where it is not known
  std::string run_id;
  int run_attempt = 1;
  std::string branch;  // a pull request's own branch, else the branch or tag that was pushed
  std::string commit_sha;
  std::string event_name;
  std::vector<Need> needs;  // none where the workflow does not pass them on
  std::string event_path;   // the file with the event's payload
  std::string api_url = "https://api.github.com";
  std::string server_url = "https://github.com";
  std::string token;  // of any length and shape; never shown

  // The page of this job, or else of this attempt of this run; "" when the run is not known.
  [[nodiscard]] std::string job_url() const;
};

// Reads the variables GITHUB_*; the token is the action's input, else GITHUB_TOKEN.
Context from_environment(const platform::Environment& environment);

}  // namespace ci::github
