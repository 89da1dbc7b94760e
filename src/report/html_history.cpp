#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "report/html_marks.hpp"
#include "report/html_runs_chart.hpp"
#include "report/html_sections.hpp"
#include "report/html_table.hpp"
#include "report/run_series.hpp"

namespace ci::report {
namespace {

using history::Record;
using Kind = Column::Kind;

// Below so many runs a 95 % interval of the median does not exist, whatever their distribution.
constexpr std::size_t kEnoughForMedian = 6;

std::string caches_of(const Record& run) {
  if (run.caches.empty()) return "";
  const auto hits = std::count_if(run.caches.begin(), run.caches.end(), history::is_hit);
  return fmt::format("{} of {}", hits, run.caches.size());
}

void write_run(HtmlWriter& page, const Record& run) {
  begin_row(page);
  begin_name(page);
  write_time(page, run.started_at, Precision::minute);
  std::vector<std::string> facts;
  if (!run.run_id.empty()) facts.push_back("run " + shortened(run.run_id, 40));
  if (run.run_attempt > 1) facts.push_back(fmt::format("attempt {}", run.run_attempt));
  if (!run.branch.empty()) facts.push_back(shortened(run.branch, 60));
  if (!run.commit_sha.empty()) facts.push_back(shortened(run.commit_sha.substr(0, 8), 8));
  if (!facts.empty()) page.element("div", base::join(facts, " · "), {{"class", "note"}});
  page.close();
  begin_cell(page);
  write_mark(page, mark(run.status));
  page.close();
  write_number(page, run.ended_at ? base::human_seconds(run.seconds) : "");
  write_number(page, run.apt ? base::human_seconds(run.apt->seconds) : "");
  write_number(page, caches_of(run));
  page.close();
}

void write_runs(HtmlWriter& page, const RunSeries& series) {
  page.open("details").element("summary", "The same as a table");
  begin_table(page, "Runs of this job, the newest first",
              {{"Started (UTC)"},
               {"Result"},
               {"Took", Kind::number},
               {"Packages", Kind::number},
               {"Caches hit", Kind::number}});
  for (const auto* run : series.runs) write_run(page, *run);
  end_table(page);
  page.close();
}

// The newest run against the median: a number, and no verdict about it.
std::string comparison(const RunSeries& series) {
  const auto median = series.median_seconds();
  const auto count = series.successes();
  if (!median) return fmt::format("None of {} succeeded: there is no median.", counted(series.runs.size(), "run"));
  std::string text = fmt::format("{}, {} of them successful, with a median of {}.", counted(series.runs.size(), "run"),
                                 count, base::human_seconds(*median));
  if (count < kEnoughForMedian) return text + fmt::format(" A baseline needs {} successful runs.", kEnoughForMedian);
  const auto& newest = *series.runs.front();
  if (newest.status != history::JobStatus::success || *median <= 0) return text;
  const double change = 100 * (newest.seconds / *median - 1);
  if (std::abs(change) < 0.5) return text + " This run took just as long.";
  return text + fmt::format(" This run took {:.0f} % {}.", std::abs(change), change > 0 ? "longer" : "less");
}

void write_other_jobs(HtmlWriter& page, const std::vector<RunSeries>& all) {
  if (all.size() < 2) return;
  page.element("h3", "Other jobs");
  begin_table(page, "The newest run of each other job",
              {{"Job"}, {"Newest run"}, {"Took", Kind::number}, {"Runs", Kind::number}, {"Median", Kind::number}});
  const auto shown = std::min(all.size(), kMostRows + 1);
  for (std::size_t i = 1; i < shown; ++i) {
    const auto& newest = *all[i].runs.front();
    begin_row(page);
    begin_name(page);
    page.text(shortened(all[i].name(), kLongestName)).close();
    begin_cell(page);
    write_mark(page, mark(newest.status));
    page.close();
    write_number(page, newest.ended_at ? base::human_seconds(newest.seconds) : "");
    write_number(page, fmt::format("{}", all[i].runs.size()));
    const auto median = all[i].median_seconds();
    write_number(page, median ? base::human_seconds(*median) : "");
    page.close();
  }
  end_table(page);
  write_left_out(page, shown, all.size(), "jobs");
}

}  // namespace

void write_history(HtmlWriter& page, const std::vector<Record>& records) {
  const auto all = run_series(records, kMostRuns);
  const auto& own = all.front();
  if (own.runs.size() > 1) {
    page.element("p", comparison(own));
    write_runs_chart(page, own);
    if (std::any_of(own.runs.begin(), own.runs.end(), [](const auto* run) { return !run->caches.empty(); }))
      write_caches_chart(page, own);
    write_runs(page, own);
  }
  write_other_jobs(page, all);
}

}  // namespace ci::report
