// history_bench [RECORDS [FOLDER]]: what a file: history store of many records takes to be asked. Makes the records in
// FOLDER (a temporary one) unless it has them. Each question is asked by a process of its own, as a command does it.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "history_store/file_history_store.hpp"
#include "history_store/sample_document.hpp"
#include "insight/insight.hpp"
#include "platform/filesystem.hpp"
#include "platform/signal_cancellation.hpp"
#include "platform/system_clock.hpp"

namespace {

using namespace ci;
using history_store::FileHistoryStore;
using history_store::Selection;

constexpr int kRounds = 5;
constexpr double kMostMilliseconds = 100;
constexpr double kMostMegabytes = 100;
constexpr int kJobs = 25;  // series
constexpr int kFewRecords = 1000;
constexpr int kMetrics = 8;  // of a record, and as many packages

base::Json document(int number, int count, base::TimePoint now) {
  test::Sample sample;
  sample.run_id = std::to_string(number);
  sample.job = "job" + std::to_string(number % kJobs);
  sample.branch = number % 3 == 0 ? "main" : "topic-" + std::to_string(number % 997);
  sample.status = number % 19 == 0 ? "failure" : "success";
  sample.started_at = now - std::chrono::seconds(30LL * 86400 * number / count);
  auto json = sample.document();
  base::Json metrics = base::Json::array();
  base::Json packages = base::Json::array();
  for (int i = 0; i < kMetrics; ++i) {
    metrics.push(base::Json::object()
                     .set("name", "metric_number_" + std::to_string(i))
                     .set("value", number * 0.001 + i)
                     .set("unit", "seconds"));
    packages.push(base::Json::object().set("name", "package" + std::to_string(i)).set("version", "1.2.3-4"));
  }
  return json.set("commit_sha", "c" + std::to_string(number / kJobs))
      .set("default_branch", "main")
      .set("metrics", std::move(metrics))
      .set("apt", base::Json::object().set("tier", "delta").set("packages", std::move(packages)));
}

// A run of the first series that has just ended.
history::Record latest_run(base::TimePoint now) {
  history::Record record;
  record.id = base::random_uuid();
  record.repository = "o/r";
  record.workflow = "ci";
  record.job = "job1";
  record.run_id = "now";
  record.branch = record.default_branch = "main";
  record.commit_sha = "now";
  record.runner = {"Linux", "X64", "ubuntu24/20261115.1", ""};
  record.status = history::JobStatus::success;
  record.started_at = now;
  record.seconds = 3;
  record.apt.emplace().tier = "delta";
  for (int i = 0; i < kMetrics; ++i) {
    auto& metric = record.metrics.emplace_back();
    metric.name = "metric_number_" + std::to_string(i);
    metric.value = i;
    metric.unit = "seconds";
  }
  return record;
}

void make_records(const history_store::FileLayout& layout, int count, base::TimePoint now) {
  for (int number = 0; number < count; ++number) {
    const auto json = document(number, count, now);
    const auto row = history_store::row_of(json).value();
    if (!platform::write_file(layout.record(row.id, row.started_at), json.pretty() + "\n")) std::abort();
  }
}

// A record each on many days, or as many in the folder of earlier versions.
enum class Few { on_many_days, in_the_flat_folder };

history_store::FileLayout make_few(const std::filesystem::path& folder, Few where, base::TimePoint now) {
  const history_store::FileLayout layout{folder};
  for (int number = 0; number < kFewRecords; ++number) {
    const auto json = document(number, kFewRecords, now);
    const auto day = now - std::chrono::hours(24 * number);
    const history_store::Place place{where == Few::on_many_days ? history_store::date_of(day) : "",
                                     json["id"].as_string() + ".json"};
    if (!platform::write_file(layout.record(place), json.pretty() + "\n")) std::abort();
  }
  return layout;
}

bool reads_every_document(const history_store::FileLayout& layout, const platform::Clock& clock) {
  FileHistoryStore store(layout.folder, clock, std::chrono::minutes(10));
  const auto rows = store.rows({});
  return rows && std::all_of(rows->begin(), rows->end(), [&](const auto& row) { return bool(store.document(row.id)); });
}

struct Measured {
  double milliseconds = 0;  // of the median round
  double megabytes = 0;     // the most of any round
};

// Does `work` in processes of its own, from opening the store to having the answer.
Measured measure(const std::function<bool()>& work, int rounds) {
  std::vector<double> times;
  double most = 0;
  for (int round = 0; round < rounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    const pid_t child = ::fork();
    if (child == 0) ::_exit(work() ? 0 : 1);
    int status = 0;
    rusage usage{};
    ::wait4(child, &status, 0, &usage);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
      std::fprintf(stderr, "history_bench: a question failed\n");
      std::exit(3);
    }
    times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
    most = std::max(most, static_cast<double>(usage.ru_maxrss) / 1000);
  }
  std::sort(times.begin(), times.end());
  return {times[times.size() / 2], most};
}

}  // namespace

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 100'000;
  const auto temporary = platform::TemporaryFolder::make(std::filesystem::temp_directory_path(), "history-bench-");
  if (!temporary || count <= 0) return 64;
  const history_store::FileLayout layout{argc > 2 ? std::filesystem::path(argv[2]) : temporary->path()};
  const platform::SignalCancellation cancellation;
  const platform::SystemClock clock(cancellation);
  const auto ask = [&](const Selection& selection, std::size_t expected) {
    return [&layout, &clock, selection, expected] {
      const auto rows = FileHistoryStore(layout.folder, clock, std::chrono::minutes(10)).rows(selection);
      return rows && rows->size() == std::min(expected, rows->size()) && !rows->empty();
    };
  };
  std::error_code none;
  if (!std::filesystem::exists(layout.records(), none)) make_records(layout, count, clock.now());
  Selection list;
  list.limit = 50;
  std::filesystem::remove(layout.index(), none);
  const auto made = measure(ask(list, 50), 1);
  std::printf("%d records, %.0f MB index, made in %.1f s with %.0f MB of memory\n", count,
              static_cast<double>(std::filesystem::file_size(layout.index())) / 1e6, made.milliseconds / 1000,
              made.megabytes);

  Selection series;
  series.repository = "o/r";
  series.workflow = "ci";
  series.job = "job1";
  series.matrix = "";
  series.step = "";
  Selection all;
  all.limit = 1000;
  Selection job = all;
  job.job = "job1";
  const auto changes = [&](const Selection& selection) {
    return [&layout, &clock, selection] {
      const auto rows = FileHistoryStore(layout.folder, clock, std::chrono::minutes(10)).rows(selection);
      return rows && !rows->empty() && insight::series_changes(*rows, insight::kJobSeconds, "main").size() < 1000;
    };
  };
  const auto record = latest_run(clock.now());
  auto baseline = series;
  baseline.branch = "main";
  baseline.run_attempt = 1;
  baseline.statuses = {history::JobStatus::success};
  baseline.os = "Linux";
  baseline.architecture = "X64";
  baseline.image = "ubuntu24";
  baseline.caches = "apt=exact";
  baseline.limit = 50;
  Selection failures;
  failures.statuses = {history::JobStatus::timed_out, history::JobStatus::failure};
  failures.branch = "main";
  failures.limit = 50;

  bool all_met = true;
  const auto report = [&](const char* what, const Measured& measured) {
    const bool met = measured.milliseconds < kMostMilliseconds && measured.megabytes < kMostMegabytes;
    all_met = all_met && met;
    std::printf("%-34s %6.1f ms %6.1f MB  (limits %.0f ms, %.0f MB)  %s\n", what, measured.milliseconds,
                measured.megabytes, kMostMilliseconds, kMostMegabytes, met ? "met" : "missed");
  };
  report("list, the newest 50", measure(ask(list, 50), kRounds));
  report("changes in 1000 runs", measure(changes(all), kRounds));
  report("changes in 1000 runs of one job", measure(changes(job), kRounds));
  report("all that a summary looks back on", measure(
                                                 [&] {
                                                   FileHistoryStore store(layout.folder, clock);
                                                   const auto insight = insight::look_back(store, record);
                                                   return insight && insight->kept_runs > 0;
                                                 },
                                                 kRounds));
  report("baseline, 50 runs of a stratum", measure(ask(baseline, 50), kRounds));
  report("failures on one branch", measure(ask(failures, 50), kRounds));
  report("putting one record", measure(
                                   [&] {
                                     test::Sample sample;
                                     sample.run_id = base::random_uuid();
                                     sample.started_at = clock.now();
                                     return bool(FileHistoryStore(layout.folder, clock).put(sample.document()));
                                   },
                                   kRounds));
  report("list after that", measure(ask(list, 50), kRounds));
  report("pruning nothing", measure(
                                [&] {
                                  return bool(FileHistoryStore(layout.folder, clock).prune(clock.now(), {60, 50}));
                                },
                                kRounds));
  for (const auto where : {Few::on_many_days, Few::in_the_flat_folder}) {
    const auto folder = platform::TemporaryFolder::make(std::filesystem::temp_directory_path(), "history-bench-");
    if (!folder) return 64;
    const auto few = make_few(folder->path(), where, clock.now());
    const auto first = measure(
        [&] { return bool(FileHistoryStore(few.folder, clock, std::chrono::minutes(10)).rows({.limit = 1})); }, 1);
    const auto documents = measure([&] { return reads_every_document(few, clock); }, 1);
    std::printf("%d records %s: %.0f ms to make the index, %.0f ms to read every document\n", kFewRecords,
                where == Few::on_many_days ? "on as many days" : "in one folder", first.milliseconds,
                documents.milliseconds);
  }
  return all_met ? 0 : 1;
}
