#pragma once
// A record as Markdown, for the job summary and the check run.
#include <cstddef>
#include <string>
#include <vector>

#include "history/record.hpp"
#include "insight/insight.hpp"
#include "report/page.hpp"

namespace ci::report {

// GitHub drops a summary of 1 MiB less two bytes as a whole, and silently (actions/runner#4337): stay well below.
constexpr std::size_t kSummaryBudget = 1'000'000;

// Returns the job summary in at most `budget` bytes: the verdict, problems, what the history says (nullptr = nothing is
// known), metrics, caches, phases and packages, smoke tests, the critical path, the job's history, how to repeat it
// locally, and where the record lies. Every text of others is escaped.
std::string summary(const history::Record& record, const insight::Insight* insight,
                    std::size_t budget = kSummaryBudget);

// Returns the table of caches alone, as in the summary, for what is known of them only once the summary is written; ""
// when there are none.
std::string caches_table(const std::vector<history::CacheOutcome>& caches);

// The parts of it: how it ended and what to do about it, and the tables. Empty parts are left out.
std::vector<Section> story_sections(const history::Record& record, const insight::Insight* insight);
std::vector<Section> table_sections(const history::Record& record, const insight::Insight* insight);

}  // namespace ci::report
