#include "report/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace ci::report {
namespace {

using history::JobStatus;
using history::Record;

std::string counted(std::int64_t count, std::string_view thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

std::string packages_done(const history::AptOutcome& apt) {
  const auto count = [&](auto matches) { return std::count_if(apt.packages.begin(), apt.packages.end(), matches); };
  const auto requested = count([](const auto& package) { return package.requested; });
  if (apt.tier == "none") return fmt::format("{} already there, nothing to install", counted(requested, "package"));
  const auto installed = count([](const auto& p) { return p.status == history::PackageStatus::installed; });
  const auto drawn_in =
      count([](const auto& p) { return p.status == history::PackageStatus::installed && !p.requested; });
  std::string done = counted(installed - drawn_in, "package");
  if (drawn_in > 0)
    done += fmt::format(" and {}", drawn_in == 1 ? "1 dependency" : fmt::format("{} dependencies", drawn_in));
  return done + " installed in " + base::human_seconds(apt.seconds);
}

std::string smoke_done(const Record& record) {
  const auto passed = std::count_if(record.smoke.begin(), record.smoke.end(),
                                    [](const auto& test) { return test.status == history::SmokeStatus::passed; });
  return counted(passed, "smoke test") + " passed";
}

// How many of the configuration's caches were there; "" when it has none.
std::string caches_done(const Record& record) {
  std::int64_t hits = 0;
  std::int64_t all = 0;
  for (const auto& cache : record.caches) {
    if (cache.name == "apt" || cache.name == "apt-debs") continue;
    ++all;
    if (history::is_hit(cache)) ++hits;
  }
  return all == 0 ? "" : fmt::format("{} of {} restored", hits, counted(all, "cache"));
}

std::string binary_done(const history::BinaryEntry& binary) {
  const auto name = base::join(binary.paths, ", ");
  if (binary.build_seconds > 0) return fmt::format("{} built in {}", name, base::human_seconds(binary.build_seconds));
  return name + " restored";
}

std::string success(const Record& record) {
  std::vector<std::string> parts;
  if (record.go && record.go->binary) parts.push_back(binary_done(*record.go->binary));
  if (const auto caches = caches_done(record); !caches.empty()) parts.push_back(caches);
  if (record.apt) parts.push_back(packages_done(*record.apt));
  if (const auto budget = budget_verdict(record); !budget.empty()) parts.push_back(budget);
  if (!record.smoke.empty()) parts.push_back(smoke_done(record));
  if (parts.empty()) return "Nothing was asked for";
  return base::join(parts, ", ");
}

std::string first_failure(const Record& record) {
  for (const auto& problem : record.problems) {
    if (problem.level == history::Problem::Level::failure) return ": " + problem.message;
  }
  return "";
}

}  // namespace

std::string budget_verdict(const Record& record) {
  for (const auto& metric : record.metrics) {
    if (metric.name != "package_installation_time" || !metric.threshold) continue;
    if (metric.verdict == history::Verdict::unknown) continue;
    return fmt::format("{} the budget of {}", metric.verdict == history::Verdict::met ? "within" : "over",
                       base::human_seconds(*metric.threshold));
  }
  return "";
}

std::string verdict(const Record& record) {
  const std::string after = " after " + base::human_seconds(record.seconds);
  switch (record.status) {
    case JobStatus::pending:
      return "Not started yet";
    case JobStatus::running:
      return "Running";
    case JobStatus::success:
      return success(record);
    case JobStatus::failure:
      return "Failed" + after + first_failure(record);
    case JobStatus::cancelled:
      return "Cancelled" + after;
    case JobStatus::timed_out:
      return "Timed out" + after + first_failure(record);
    case JobStatus::skipped:
      for (const auto& problem : record.problems) {
        if (problem.step == "needs") return "S" + problem.message.substr(1);
      }
      return "Skipped";
  }
  return "";
}

}  // namespace ci::report
