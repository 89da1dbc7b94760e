#pragma once
// What GitHub's refusal of a check run means to the people of the job.
#include <string_view>

#include "github/client.hpp"
#include "history/record.hpp"

namespace ci::report {

struct RefusalStory {
  std::string_view kind;  // of the problem
  std::string_view hint;  // "" when there is none
  bool for_good = true;   // asking again cannot help
};

RefusalStory refusal_story(github::Refusal::Kind kind);

// Returns a warning of the step "report".
history::Problem report_warning(std::string_view kind, std::string message, std::string_view hint);

// Whether `record` has a problem of the step "report" of that kind.
bool tells(const history::Record& record, std::string_view kind);

}  // namespace ci::report
