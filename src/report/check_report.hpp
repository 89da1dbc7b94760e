#pragma once
// A record shown as a check run.
#include <optional>
#include <string>

#include "github/checks.hpp"
#include "github/client.hpp"
#include "github/context.hpp"
#include "history/record.hpp"
#include "platform/clock.hpp"
#include "platform/http.hpp"

namespace ci::report {

// Returns the name of the check run when none is configured: workflow, job and matrix values, so that the check runs of
// one commit never replace one another.
std::string default_check_name(const history::Record& record);

// Returns what the check run of `record` says. `workflow_path` stands in for annotations that belong to no file.
github::CheckOutput check_output(const history::Record& record, const std::string& workflow_path);

class CheckReport {
 public:
  // `name` may be "": default_check_name() is taken then.
  CheckReport(platform::Http& http, platform::Clock& clock, const github::Context& context, std::string name);
  CheckReport(const CheckReport&) = delete;
  CheckReport& operator=(const CheckReport&) = delete;

  // Creates the check run, in progress. Whatever keeps it from being there is added to record.problems as a warning,
  // and no later call then asks again for what can never be.
  void begin(history::Record& record);

  // Completes the check run with the record's end; creates it first when begin() found GitHub out of reach. Call it
  // before the job summary is rendered: it may add a warning to record.problems.
  void complete(history::Record& record);

 private:
  bool create(history::Record& record, github::Patience patience);
  void warn(history::Record& record, const github::Refusal& refusal) const;

  github::Context context_;
  std::string name_;
  github::Client client_;
  github::Checks checks_;
  std::optional<std::int64_t> id_;
  bool refused_ = false;  // for good
};

}  // namespace ci::report
