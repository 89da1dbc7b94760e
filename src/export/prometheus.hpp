#pragma once
// Records as text for Prometheus and for what reads the same format (docs/EXPORT.md).
#include <string>
#include <vector>

#include "base/time.hpp"
#include "export/series.hpp"
#include "history/record.hpp"

namespace ci::exporter {

struct PrometheusText {
  std::string text;
  std::size_t left_out = 0;  // series beyond kMostSeries (series.hpp)
};

// Returns what holds now: of each series the newest finished run, how many runs in a row failed, and the rate of
// success in the 24 h before `now`. HELP and TYPE stand before each metric, no line has a timestamp, the last one ends
// in a line end; "" when no record is finished. For a node-exporter textfile, a Pushgateway or any scrape.
PrometheusText prometheus_text(const std::vector<history::Record>& records, base::TimePoint now);

// The same of one series, for what takes them one by one.
std::string prometheus_text(const Series& series, base::TimePoint now);

// Returns what held at the end of every finished run, each line with that time in milliseconds, for VictoriaMetrics's
// /api/v1/import/prometheus: texts of at most about `piece` bytes, of whole lines.
struct PrometheusHistory {
  std::vector<std::string> pieces;
  std::size_t left_out = 0;
};
PrometheusHistory prometheus_history(const std::vector<history::Record>& records,
                                     std::size_t piece = std::size_t{2} << 20);

}  // namespace ci::exporter
