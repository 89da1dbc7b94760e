#include "report/timeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/text.hpp"

namespace ci::report {
namespace {

using history::Record;

constexpr const char* kSaving = "saving";
// Clocks are read between steps too: shorter gaps are no time that somebody would look for.
constexpr double kGap = 0.005;

bool is_of_apt(const history::CacheOutcome& cache) {
  return cache.name == "apt" || cache.name == "apt-debs";
}

bool is_of_go(const history::CacheOutcome& cache) {
  return cache.name == "go-modules" || cache.name == "go-build" || cache.name == "binary";
}

// The steps of a record without spans, in the order in which a job runs them, each where the one before ends. What the
// cache of packages took is in the phases of apt.
class Sequence {
 public:
  explicit Sequence(const Record& record) : record_(record) {}

  void add_work() {
    for (const auto& cache : record_.caches) {
      if (!is_of_apt(cache) && !is_of_go(cache)) restored(cache);
    }
    if (record_.apt) {
      for (const auto& phase : record_.apt->phases) add("apt", phase.name, phase.seconds, phase.bytes);
    }
    for (const auto& cache : record_.caches) {
      if (is_of_go(cache)) restored(cache);
    }
    if (record_.go && record_.go->binary) {
      const auto name = base::join(record_.go->binary->paths, ", ");
      add("go", "wait for " + name, record_.go->binary->wait_seconds);
      add("go", "build " + name, record_.go->binary->build_seconds);
    }
    for (const auto& test : record_.smoke) add("smoke", test.command, test.seconds);
  }

  void add_saving() {
    for (const auto& cache : record_.caches) {
      if (!is_of_apt(cache)) add(kSaving, "save " + cache.name, cache.save_seconds);
    }
  }

  [[nodiscard]] std::vector<Step> steps() && { return std::move(steps_); }
  [[nodiscard]] double end() const { return end_; }
  void go_on_at(double start) { end_ = start; }

 private:
  void restored(const history::CacheOutcome& cache) {
    add("caches", "restore " + cache.name, cache.restore_seconds, history::is_hit(cache) ? cache.bytes : 0);
  }

  void add(std::string lane, std::string name, double seconds, std::int64_t bytes = 0) {
    if (seconds <= 0) return;
    steps_.push_back({std::move(lane), std::move(name), {{end_, seconds}}, seconds, bytes});
    end_ += seconds;
  }

  const Record& record_;
  std::vector<Step> steps_;
  double end_ = 0;
};

std::vector<Step> steps_in_order(const Record& record, bool& saved_after) {
  Sequence sequence(record);
  sequence.add_work();
  const double saving = std::accumulate(
      record.caches.begin(), record.caches.end(), 0.0,
      [](double total, const auto& cache) { return is_of_apt(cache) ? total : total + cache.save_seconds; });
  // The action saves caches in its post step, when the job's time has been taken.
  saved_after = saving > 0 && sequence.end() + saving > record.seconds;
  if (saved_after) sequence.go_on_at(std::max(record.seconds, sequence.end()));
  sequence.add_saving();
  return std::move(sequence).steps();
}

// Spans of one lane and name are turns of one step.
std::vector<Step> steps_of_spans(const Record& record) {
  std::vector<Step> steps;
  for (const auto& span : record.spans) {
    if (span.seconds <= 0) continue;
    const auto same = [&](const Step& step) { return step.lane == span.lane && step.name == span.name; };
    auto at = std::find_if(steps.begin(), steps.end(), same);
    if (at == steps.end()) at = steps.insert(at, {span.lane, span.name, {}, 0, 0});
    at->stretches.push_back({span.start, span.seconds});
    at->seconds += span.seconds;
  }
  for (auto& step : steps) {
    if (step.lane != "apt" || !record.apt) continue;
    for (const auto& phase : record.apt->phases) {
      if (phase.name == step.name) step.bytes = phase.bytes;
    }
  }
  return steps;
}

std::vector<Step> one_for_each_lane(std::vector<Step> steps) {
  std::vector<Step> lanes;
  std::vector<std::size_t> counts;
  for (auto& step : steps) {
    const auto at = std::find_if(lanes.begin(), lanes.end(), [&](const Step& lane) { return lane.lane == step.lane; });
    if (at == lanes.end()) {
      lanes.push_back(std::move(step));
      counts.push_back(1);
      continue;
    }
    auto& count = counts[static_cast<std::size_t>(at - lanes.begin())];
    at->name = fmt::format("{} steps of {}", ++count, at->lane);
    at->stretches.insert(at->stretches.end(), step.stretches.begin(), step.stretches.end());
    at->seconds += step.seconds;
    at->bytes += step.bytes;
  }
  return lanes;
}

// What no step covers of the time from 0 to `end`.
std::vector<Stretch> gaps_between(const std::vector<Step>& steps, double end) {
  std::vector<Stretch> all, gaps;
  for (const auto& step : steps) all.insert(all.end(), step.stretches.begin(), step.stretches.end());
  std::sort(all.begin(), all.end(), [](const Stretch& a, const Stretch& b) { return a.start < b.start; });
  double covered = 0;
  for (const auto& [start, seconds] : all) {
    if (start - covered > kGap) gaps.push_back({covered, start - covered});
    covered = std::max(covered, start + seconds);
  }
  if (end - covered > kGap) gaps.push_back({covered, end - covered});
  return gaps;
}

}  // namespace

double Timeline::elsewhere_seconds() const {
  return std::accumulate(elsewhere.begin(), elsewhere.end(), 0.0,
                         [](double total, const Stretch& stretch) { return total + stretch.seconds; });
}

Timeline timeline(const Record& record, std::size_t most) {
  Timeline line;
  line.measured = !record.spans.empty();
  line.steps = line.measured ? steps_of_spans(record) : steps_in_order(record, line.saved_after);
  line.seconds = record.seconds;
  for (const auto& step : line.steps) {
    for (const auto& [start, seconds] : step.stretches) line.seconds = std::max(line.seconds, start + seconds);
  }
  line.elsewhere = gaps_between(line.steps, line.seconds);
  if (line.steps.size() > most) line.steps = one_for_each_lane(std::move(line.steps));
  return line;
}

}  // namespace ci::report
