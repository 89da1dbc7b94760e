#pragma once
// The parts of the HTML page. Each writes what stands below its heading.
#include <string_view>
#include <vector>

#include "history/record.hpp"
#include "report/html_writer.hpp"

namespace ci::report {

// More packages, runs, tests than these are counted, not shown: the record has them.
constexpr std::size_t kMostPackages = 1000;
constexpr std::size_t kMostRuns = 500;
constexpr std::size_t kMostRows = 200;      // of any other table
constexpr std::size_t kLongestName = 200;   // characters of a name in a table
constexpr std::size_t kLongestText = 2000;  // characters of a message

// How it ended, with the page's first heading: the verdict, what was run where, and the figures that matter most.
void write_verdict(HtmlWriter& page, const history::Record& record);
void write_problems(HtmlWriter& page, const history::Record& record);
// The jobs that this one needs, and this one.
void write_pipeline(HtmlWriter& page, const history::Record& record);
// Where the time went: each step as a bar, and what no step accounts for.
void write_timeline(HtmlWriter& page, const history::Record& record);
void write_caches(HtmlWriter& page, const history::Record& record);
void write_go(HtmlWriter& page, const history::GoOutcome& go);
void write_packages(HtmlWriter& page, const history::AptOutcome& apt);
void write_smoke(HtmlWriter& page, const history::Record& record);
void write_metrics(HtmlWriter& page, const history::Record& record);
// `records` are newest first; the charts are of those of the newest one's job, the others get a line each job.
void write_history(HtmlWriter& page, const std::vector<history::Record>& records);
void write_reproduction(HtmlWriter& page, const history::Record& record);
// Where the record, the report and the check run are.
void write_places(HtmlWriter& page, const history::Record& record);

}  // namespace ci::report
