#include "export/job_samples.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <set>

#include "base/text.hpp"
#include "export/result.hpp"

namespace ci::exporter {
namespace {

constexpr MetricKind kDuration = {"cicd_build_duration_seconds", "How long the newest run took"};
constexpr MetricKind kSuccess = {"cicd_build_success", "1 when the newest run succeeded, 0 when it failed"};
constexpr MetricKind kFinish = {"cicd_build_finish_timestamp_seconds", "When the newest run was over"};
constexpr MetricKind kArtifact = {"cicd_artifact_size_bytes", "Size of what the newest run built"};
constexpr MetricKind kInstall = {"cicd_package_install_duration_seconds", "How long the installation of packages took"};
constexpr MetricKind kInstalled = {"cicd_package_installed_packages", "Packages that were installed"};
constexpr MetricKind kDownload = {"cicd_package_download_bytes", "Bytes of packages that were downloaded"};
constexpr MetricKind kPhase = {"cicd_package_phase_duration_seconds", "How long a phase of the installation took"};
constexpr MetricKind kHit = {"cicd_cache_hit", "1 when an entry of the cache was restored, 0 when not"};
constexpr MetricKind kArchive = {"cicd_cache_archive_bytes", "Size of the cache's archive"};
constexpr MetricKind kRestore = {"cicd_cache_restore_duration_seconds", "How long restoring the cache took"};
constexpr MetricKind kSave = {"cicd_cache_save_duration_seconds", "How long saving the cache took"};
constexpr MetricKind kSaved = {"cicd_cache_saved_seconds", "Time that the cache saved; below 0 when it cost time"};
constexpr MetricKind kSmoke = {"cicd_smoke_tests", "Smoke tests by outcome"};
constexpr MetricKind kValue = {"cicd_metric_value", "A performance metric of the run, in its own unit"};
constexpr MetricKind kThreshold = {"cicd_metric_threshold", "The threshold of a performance metric"};

class Samples {
 public:
  explicit Samples(const Labels& series) : series_(series) {}

  void add(const MetricKind& kind, double value, Labels own = {}) {
    if (!std::isfinite(value)) return;
    Labels labels = series_;
    for (auto& [name, text] : own) {
      const std::string valid = base::valid_utf8(text);
      if (!valid.empty()) labels.emplace_back(std::move(name), base::truncate_utf8(valid, kLongestLabel));
    }
    if (known_.insert({kind.name, labels}).second) samples_.push_back({&kind, std::move(labels), value});
  }

  std::vector<Sample> take() { return std::move(samples_); }

 private:
  const Labels& series_;
  std::vector<Sample> samples_;
  std::set<std::pair<std::string_view, Labels>> known_;
};

template <class Items, class Use>
void first_of(const Items& items, Use use) {
  for (std::size_t i = 0; i < std::min(items.size(), kMostOfAKind); ++i) use(items[i]);
}

void add_apt(Samples& samples, const history::AptOutcome& apt) {
  samples.add(kInstall, apt.seconds, {{"tier", apt.tier}});
  double installed = 0, bytes = 0;
  for (const auto& package : apt.packages) {
    if (package.status == history::PackageStatus::installed) ++installed;
    bytes += static_cast<double>(package.download_bytes);
  }
  samples.add(kInstalled, installed);
  samples.add(kDownload, bytes);
  first_of(apt.phases, [&](const auto& phase) { samples.add(kPhase, phase.seconds, {{"phase", phase.name}}); });
}

void add_cache(Samples& samples, const history::CacheOutcome& cache) {
  const Labels name = {{"cache", cache.name}};
  if (cache.outcome != "skipped") samples.add(kHit, history::is_hit(cache) ? 1 : 0, name);
  if (cache.bytes > 0) samples.add(kArchive, static_cast<double>(cache.bytes), name);
  if (history::is_hit(cache)) samples.add(kRestore, cache.restore_seconds, name);
  if (cache.save_seconds > 0) samples.add(kSave, cache.save_seconds, name);
  if (cache.seconds_saved) samples.add(kSaved, *cache.seconds_saved, name);
}

void add_binary(Samples& samples, const history::BinaryEntry& binary) {
  if (binary.size_bytes <= 0) return;
  const std::string path = binary.paths.empty() ? "" : binary.paths.front();
  samples.add(kArtifact, static_cast<double>(binary.size_bytes),
              {{"package_name", std::filesystem::path(path).filename().string()}});
}

void add_smoke(Samples& samples, const std::vector<history::SmokeOutcome>& smoke) {
  std::map<std::string_view, double> counts;
  for (const auto& outcome : smoke) ++counts[history::word(outcome.status)];
  for (const auto& [outcome, count] : counts) samples.add(kSmoke, count, {{"outcome", std::string(outcome)}});
}

}  // namespace

std::vector<Sample> job_samples(const history::Record& record, const Labels& series) {
  Samples samples(series);
  samples.add(kDuration, record.seconds, {{"result", std::string(result_word(record))}});
  if (has_succeeded(record) || has_failed(record)) samples.add(kSuccess, has_succeeded(record) ? 1 : 0);
  samples.add(kFinish, base::seconds(end_of(record).time_since_epoch()));
  if (record.go && record.go->binary) add_binary(samples, *record.go->binary);
  if (record.apt) add_apt(samples, *record.apt);
  first_of(record.caches, [&](const auto& cache) { add_cache(samples, cache); });
  add_smoke(samples, record.smoke);
  first_of(record.metrics, [&](const history::Metric& metric) {
    const Labels name = {{"metric", metric.name}, {"unit", metric.unit}};
    samples.add(kValue, metric.value, name);
    if (metric.threshold) samples.add(kThreshold, *metric.threshold, name);
  });
  return samples.take();
}

}  // namespace ci::exporter
