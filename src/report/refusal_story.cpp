#include "report/refusal_story.hpp"

#include <algorithm>

namespace ci::report {
namespace {

using github::Refusal;
using history::Problem;

constexpr std::string_view kForkHint =
    "pull requests from forks and Dependabot get a read-only token; else give the job the permission `checks: write`";

}  // namespace

RefusalStory refusal_story(Refusal::Kind kind) {
  switch (kind) {
    case Refusal::Kind::read_only_token:
      return {"read-only-token", kForkHint};
    case Refusal::Kind::rate_limit:
      return {"rate-limit", "the token's requests of this hour are used up; fewer jobs with `report: check` use fewer",
              false};
    case Refusal::Kind::secondary_limit:
      return {"secondary-rate-limit", "fewer jobs that report at the same time", false};
    case Refusal::Kind::wrong_app:
      return {"wrong-app",
              "check runs need the workflow's own GITHUB_TOKEN or a GitHub App's token; personal tokens cannot"};
    case Refusal::Kind::bad_token:
      return {"bad-token", "give the input `github-token` a token that is valid"};
    case Refusal::Kind::not_found:
      return {"not-found", "the token must have access to this repository, with `checks: write`"};
    case Refusal::Kind::invalid:
      return {"invalid-request", "please report this to the authors of ci-optimizer"};
    case Refusal::Kind::forbidden:
      return {"forbidden", "give the job the permission `checks: write`"};
    case Refusal::Kind::unavailable:
      return {"unavailable", "", false};
    case Refusal::Kind::cancelled:
      return {"cancelled", "", false};
  }
  return {"unavailable", "", false};
}

Problem report_warning(std::string_view kind, std::string message, std::string_view hint) {
  Problem problem;
  problem.level = Problem::Level::warning;
  problem.step = "report";
  problem.kind = kind;
  problem.message = std::move(message);
  problem.hint = hint;
  return problem;
}

bool tells(const history::Record& record, std::string_view kind) {
  return std::any_of(record.problems.begin(), record.problems.end(),
                     [&](const Problem& problem) { return problem.step == "report" && problem.kind == kind; });
}

}  // namespace ci::report
