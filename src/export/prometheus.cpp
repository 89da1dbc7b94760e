#include "export/prometheus.hpp"

#include <fmt/format.h>

#include <map>

#include "export/job_samples.hpp"
#include "export/result.hpp"
#include "export/series.hpp"

namespace ci::exporter {
namespace {

using history::Record;

constexpr auto kWindow = std::chrono::hours(24);
constexpr const char* kWindowLabel = "24h";  // of seed 4's cicd_build_success_rate

// Counts failures in a row, run by run.
class FailureCount {
 public:
  double after(const Record& run) {
    if (has_succeeded(run)) count_ = 0;
    if (has_failed(run)) ++count_;
    return count_;
  }

 private:
  double count_ = 0;
};

Labels with(Labels labels, const char* name, std::string_view value) {
  labels.emplace_back(name, value);
  return labels;
}

void add_window(std::vector<Sample>& samples, const Series& series, base::TimePoint now) {
  std::map<std::string_view, double> counts;
  double succeeded = 0, judged = 0;
  for (const auto* run : series.runs) {
    if (end_of(*run) <= now - kWindow || end_of(*run) > now) continue;
    ++counts[result_word(*run)];
    if (has_succeeded(*run)) ++succeeded;
    if (has_succeeded(*run) || has_failed(*run)) ++judged;
  }
  const auto labels = with(series.labels, "window", kWindowLabel);
  if (judged > 0) samples.push_back({&kSuccessRate, labels, succeeded / judged});
  for (const auto& [result, count] : counts) samples.push_back({&kWindowRuns, with(labels, "result", result), count});
}

std::vector<Sample> newest_samples(const Series& series, base::TimePoint now) {
  auto samples = job_samples(*series.runs.back(), series.labels);
  FailureCount failures;
  double in_a_row = 0;
  for (const auto* run : series.runs) in_a_row = failures.after(*run);
  samples.push_back({&kConsecutiveFailures, series.labels, in_a_row});
  add_window(samples, series, now);
  return samples;
}

// The lines of a metric stand together, below what it means.
class Page {
 public:
  void add(const std::vector<Sample>& samples) {
    for (const auto& sample : samples) {
      auto& [help, lines] = metrics_[sample.kind->name];
      help = sample.kind->help;
      lines += sample_line(sample) + "\n";
    }
  }

  [[nodiscard]] std::string text() const {
    std::string text;
    for (const auto& [name, metric] : metrics_)
      text += fmt::format("# HELP {} {}\n# TYPE {} gauge\n{}", name, metric.first, name, metric.second);
    return text;
  }

 private:
  std::map<std::string_view, std::pair<std::string_view, std::string>> metrics_;
};

}  // namespace

PrometheusText prometheus_text(const std::vector<Record>& records, base::TimePoint now) {
  const auto list = series_of(records);
  Page page;
  for (const auto& series : list.series) page.add(newest_samples(series, now));
  return {page.text(), list.left_out};
}

std::string prometheus_text(const Series& series, base::TimePoint now) {
  Page page;
  page.add(newest_samples(series, now));
  return page.text();
}

PrometheusHistory prometheus_history(const std::vector<Record>& records, std::size_t piece) {
  const auto list = series_of(records);
  PrometheusHistory made{.pieces = {}, .left_out = list.left_out};
  std::string text;
  const auto close = [&] {
    if (!text.empty()) made.pieces.push_back(std::exchange(text, {}));
  };
  for (const auto& series : list.series) {
    FailureCount failures;
    for (const auto* run : series.runs) {
      auto samples = job_samples(*run, series.labels);
      samples.push_back({&kConsecutiveFailures, series.labels, failures.after(*run)});
      const auto at = std::chrono::floor<std::chrono::milliseconds>(end_of(*run)).time_since_epoch().count();
      for (const auto& sample : samples) text += fmt::format("{} {}\n", sample_line(sample), at);
      if (text.size() >= piece) close();
    }
  }
  close();
  return made;
}

}  // namespace ci::exporter
