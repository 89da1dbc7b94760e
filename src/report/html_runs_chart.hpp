#pragma once
// The drawings of a job's runs, the oldest on the left.
#include "report/html_writer.hpp"
#include "report/run_series.hpp"

namespace ci::report {

// The seconds of each run, its state as shape and tone, and the median of the successful ones as a line. Runs that are
// far beyond the others are drawn at the upper edge and named below.
void write_runs_chart(HtmlWriter& page, const RunSeries& series);

// How many of each run's caches were hit, came under a restore key, or missed.
void write_caches_chart(HtmlWriter& page, const RunSeries& series);

}  // namespace ci::report
