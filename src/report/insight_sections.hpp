#pragma once
// What the history says about a run, as sections of a page.
#include <optional>

#include "history/record.hpp"
#include "insight/insight.hpp"
#include "report/page.hpp"

namespace ci::report {

// Returns an alert: a regression with its effect, n, p and the first bad run and commit, or else a slow run; nothing
// when the history says nothing bad.
std::optional<Section> alert_section(const insight::Insight& insight);

// Returns the table of metrics: this run's value, the median of its stratum, the change, the last runs, and the verdict
// or how far the baseline is. Without an insight the record's own values and thresholds.
Section metrics_section(const history::Record& record, const insight::Insight* insight);

// Returns how reliable the job has been: success rate with its interval, failures in a row, times between failures and
// to recovery, flakiness, and when its time changed; folded.
Section history_section(const insight::Insight& insight);

}  // namespace ci::report
