#include "report/html_runs_chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/text.hpp"
#include "report/html_marks.hpp"
#include "report/html_table.hpp"

namespace ci::report {
namespace {

using history::Record;

// In pixels; places from left to right are percentages.
constexpr double kTop = 18;
constexpr double kBottom = 158;
constexpr double kCachesHeight = 44;
// A run this many times beyond nine of ten others does not squeeze them all to the ground.
constexpr double kFarBeyond = 3;
// Points of more runs than these are smaller.
constexpr std::size_t kMany = 40;

std::string percent(double value) {
  return fmt::format("{:.3f}%", value);
}

std::string at(double pixel) {
  return fmt::format("{:.1f}", pixel);
}

// The least of 1, 2, 5, 10, ... seconds, minutes or hours that is not below `seconds`.
double round_top(double seconds) {
  for (const double step : {0.1,   0.2,   0.5,   1.0,    2.0,    5.0,    10.0,   20.0,     30.0,     60.0,
                            120.0, 300.0, 600.0, 1200.0, 1800.0, 3600.0, 7200.0, 18'000.0, 36'000.0, 86'400.0}) {
    if (seconds <= step) return step;
  }
  return seconds;
}

class RunsChart {
 public:
  RunsChart(HtmlWriter& page, const RunSeries& series) : page_(page), series_(series) {
    std::vector<double> seconds;
    for (const auto* run : series.runs) seconds.push_back(run->seconds);
    std::sort(seconds.begin(), seconds.end());
    const double most = seconds.back(), usual = seconds[(seconds.size() - 1) * 9 / 10];
    top_ = round_top(most > kFarBeyond * usual && usual > 0 ? 1.5 * usual : most);
  }

  void write() {
    const auto median = series_.median_seconds();
    page_.open("figure").element("figcaption", "Seconds of each run");
    page_.open("svg", {{"class", "chart"},
                       {"role", "img"},
                       {"aria-labelledby", "runs-title runs-desc"},
                       {"width", "100%"},
                       {"height", at(kBottom + 8)}});
    page_.element("title", "Seconds of each run", {{"id", "runs-title"}});
    page_.element("desc", description(median), {{"id", "runs-desc"}});
    for (const double part : {0.0, 0.5, 1.0}) grid_line(part * top_);
    if (median) median_line(*median);
    for (std::size_t i = 0; i < series_.runs.size(); ++i) point(i);
    page_.close();
    ends();
    legend(median);
    page_.close();
  }

 private:
  [[nodiscard]] double height_of(double seconds) const {
    return kBottom - (kBottom - kTop) * std::min(1.0, top_ > 0 ? seconds / top_ : 0);
  }

  // The middle of the place of run `index`, of which 0 is the newest and on the right.
  [[nodiscard]] std::string place_of(std::size_t index) const {
    const auto count = static_cast<double>(series_.runs.size());
    return percent(100 * (count - static_cast<double>(index) - 0.5) / count);
  }

  [[nodiscard]] std::string description(std::optional<double> median) const {
    std::string text = counted(series_.runs.size(), "run") +
                       ", the oldest on the left. The newest: " + mark(series_.runs.front()->status).word + ", " +
                       base::human_seconds(series_.runs.front()->seconds) + ".";
    if (median) text += " Median of the successful ones: " + base::human_seconds(*median) + ".";
    return text + " The table below has every run.";
  }

  void line(std::string_view look, double y) {
    page_.element("line", "",
                  {{"class", std::string(look)}, {"x1", "0"}, {"x2", "100%"}, {"y1", at(y)}, {"y2", at(y)}});
  }

  void grid_line(double seconds) {
    line("grid", height_of(seconds));
    page_.element("text", seconds > 0 ? base::human_seconds(seconds) : "0 s",
                  {{"class", "scale"}, {"x", "-8"}, {"y", at(height_of(seconds) + 4)}});
  }

  void median_line(double median) { line("median", height_of(median)); }

  void point(std::size_t index) {
    const auto& run = *series_.runs[index];
    const auto x = place_of(index);
    const double y = height_of(run.seconds);
    page_.element(
        "line", "",
        {{"class", index == 0 ? "stem newest" : "stem"}, {"x1", x}, {"x2", x}, {"y1", at(kBottom)}, {"y2", at(y)}});
    if (run.seconds > top_) ++beyond_;
    write_point(page_, mark(run.status), {x, y, series_.runs.size() > kMany ? 7.0 : 10.0});
  }

  void ends() {
    page_.open("p", {{"class", "ends note"}});
    for (const auto* run : {series_.runs.back(), series_.runs.front()})
      write_time(page_, run->started_at, Precision::day);
    page_.close();
  }

  void legend(std::optional<double> median) {
    std::map<history::JobStatus, std::size_t> counts;
    for (const auto* run : series_.runs) ++counts[run->status];
    page_.open("ul", {{"class", "legend"}});
    for (const auto& [status, count] : counts) {
      auto entry = mark(status);
      entry.word += fmt::format(": {}", count);
      page_.open("li");
      write_mark(page_, entry);
      page_.close();
    }
    if (median) {
      page_.open("li").open("svg", {{"class", "swatch"}, {"aria-hidden", "true"}});
      page_.element("line", "", {{"class", "median"}, {"x1", "0"}, {"x2", "100%"}, {"y1", "50%"}, {"y2", "50%"}})
          .close();
      page_.text(" median of the successful: " + base::human_seconds(*median)).close();
    }
    page_.close();
    if (beyond_ == 0) return;
    const auto* longest = *std::max_element(series_.runs.begin(), series_.runs.end(),
                                            [](const auto* a, const auto* b) { return a->seconds < b->seconds; });
    page_.element("p",
                  fmt::format("{} beyond the scale, drawn at its upper edge; the longest took {}.",
                              beyond_ == 1 ? "1 run is" : fmt::format("{} runs are", beyond_),
                              base::human_seconds(longest->seconds)),
                  {{"class", "note"}});
  }

  HtmlWriter& page_;
  const RunSeries& series_;
  double top_ = 1;
  std::size_t beyond_ = 0;
};

struct Kind {
  std::string_view outcome;
  std::string_view look;
  std::string_view meaning;
};

constexpr Kind kKinds[] = {{"exact", "bar good", "hit"},
                           {"prefix", "bar prefix", "under a restore key"},
                           {"miss", "bar miss", "miss"},
                           {"skipped", "bar skipped", "skipped"}};

std::int64_t count_of(const Record& run, std::string_view outcome) {
  return std::count_if(run.caches.begin(), run.caches.end(),
                       [&](const auto& cache) { return cache.outcome == outcome; });
}

// One run's caches, from the ground up.
void write_stack(HtmlWriter& page, const Record& run, double x, double width) {
  const auto all = static_cast<double>(run.caches.size());
  double y = kCachesHeight;
  for (const auto& [outcome, look, meaning] : kKinds) {
    const double height = kCachesHeight * static_cast<double>(count_of(run, outcome)) / all;
    if (height <= 0) continue;
    y -= height;
    page.element("rect", "",
                 {{"class", std::string(look)},
                  {"x", percent(x)},
                  {"y", at(y)},
                  {"width", percent(width)},
                  {"height", at(height)}});
  }
}

}  // namespace

void write_runs_chart(HtmlWriter& page, const RunSeries& series) {
  RunsChart(page, series).write();
}

void write_caches_chart(HtmlWriter& page, const RunSeries& series) {
  std::map<std::string_view, std::int64_t> totals;
  for (const auto* run : series.runs) {
    for (const auto& kind : kKinds) totals[kind.outcome] += count_of(*run, kind.outcome);
  }
  std::vector<std::string> told;
  for (const auto& [outcome, look, meaning] : kKinds) {
    if (totals[outcome] > 0) told.push_back(fmt::format("{}: {}", meaning, totals[outcome]));
  }
  page.open("figure").element("figcaption", "Caches of each run");
  page.open("svg", {{"class", "chart"},
                    {"role", "img"},
                    {"aria-labelledby", "caches-title caches-desc"},
                    {"width", "100%"},
                    {"height", at(kCachesHeight)}});
  page.element("title", "Caches of each run", {{"id", "caches-title"}});
  page.element("desc", base::join(told, ", ") + ". The table below has every run.", {{"id", "caches-desc"}});
  const double step = 100.0 / static_cast<double>(series.runs.size());
  for (std::size_t i = 0; i < series.runs.size(); ++i) {
    if (series.runs[i]->caches.empty()) continue;
    write_stack(page, *series.runs[i], 100 - step * static_cast<double>(i + 1) + step * 0.1, step * 0.8);
  }
  page.close().open("ul", {{"class", "legend"}});
  for (const auto& [outcome, look, meaning] : kKinds) {
    if (totals[outcome] == 0) continue;
    page.open("li").open("svg", {{"class", "swatch"}, {"aria-hidden", "true"}});
    page.element("rect", "", {{"class", std::string(look)}, {"width", "100%"}, {"height", "100%"}}).close();
    page.text(fmt::format(" {}: {}", meaning, totals[outcome])).close();
  }
  page.close().close();
}

}  // namespace ci::report
