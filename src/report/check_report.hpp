#pragma once
// A record shown as a check run.
#include <optional>
#include <string>

#include "github/checks.hpp"
#include "github/client.hpp"
#include "github/context.hpp"
#include "history/record.hpp"
#include "insight/insight.hpp"
#include "platform/clock.hpp"
#include "platform/http.hpp"

namespace ci::report {

// Returns what the check run of `record` says, with at most `most` annotations. `workflow_path` stands in for
// annotations that belong to no file.
github::CheckOutput check_output(const history::Record& record, const insight::Insight* insight,
                                 const std::string& workflow_path, std::size_t most = github::kMostAnnotations);

// Whether somebody asked for the check run, or it is made where the token can (`report: auto`).
enum class CheckWish { asked_for, if_possible };

// A check run that is not completed yet.
struct OpenCheck {
  std::int64_t id = 0;  // 0 when it is not known whether GitHub has made it
  std::string name;
};

class CheckReport {
 public:
  // `name` may be "": default_check_name() is taken then.
  CheckReport(platform::Http& http, platform::Clock& clock, const github::Context& context, std::string name,
              CheckWish wish);
  CheckReport(const CheckReport&) = delete;
  CheckReport& operator=(const CheckReport&) = delete;

  // Sets a check run in progress: that of this job, known by its external id, when an earlier attempt or start has left
  // one, else a new one. Whatever keeps it from being there is added to record.problems as a warning, unless nobody
  // asked for it, and no later call then asks again for what can never be. Takes a few seconds at most.
  void begin(history::Record& record);

  // Goes on with a check run that another process has begun and not completed.
  void resume(const OpenCheck& check);

  // Completes the check run with the record's end; begins it first when begin() found GitHub out of reach. Call it
  // before the job summary is rendered: it may add a warning to record.problems. A cancelled job is held up for four
  // seconds at most, others for two minutes.
  void complete(history::Record& record, const insight::Insight* insight);

  // Whether it is completed.
  [[nodiscard]] bool completed() const { return completed_; }

  // The check run that somebody else must complete if this process cannot; nothing when there is none.
  [[nodiscard]] std::optional<OpenCheck> open() const;

 private:
  bool start(history::Record& record, github::Patience& patience);
  tl::expected<github::CreatedCheck, github::Refusal> restart_or_create(const history::Record& record,
                                                                        const github::CheckRun& check,
                                                                        github::Patience& patience);
  [[nodiscard]] github::CheckRun check_run(const history::Record& record, std::string head_sha) const;
  void refuse(history::Record& record, std::string_view kind, std::string message, std::string_view hint);
  void warn(history::Record& record, const github::Refusal& refusal) const;

  github::Context context_;
  std::string name_;
  CheckWish wish_;
  github::Client client_;
  github::Checks checks_;
  std::optional<std::int64_t> id_;
  bool maybe_made_ = false;  // GitHub was asked to, but its answer was lost
  bool refused_ = false;     // for good
  bool completed_ = false;
  bool resumed_ = false;
};

}  // namespace ci::report
