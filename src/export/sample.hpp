#pragma once
// One value of one metric, and the text that Prometheus reads it from (exposition format 0.0.4).
#include <string>
#include <string_view>

#include "export/series.hpp"

namespace ci::exporter {

// What a metric is called and means. All of ours are gauges: they tell of the newest run.
struct MetricKind {
  std::string_view name;
  std::string_view help;
};

struct Sample {
  const MetricKind* kind;
  Labels labels;
  double value;
};

// Returns `NAME{LABEL="VALUE",...} VALUE`, without a line end.
std::string sample_line(const Sample& sample);

}  // namespace ci::exporter
