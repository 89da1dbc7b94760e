#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "insight/cache_ledger.hpp"
#include "report/cache_ledger.hpp"
#include "report/html_marks.hpp"
#include "report/html_sections.hpp"
#include "report/html_table.hpp"

namespace ci::report {
namespace {

using history::PackageStatus;
using history::Record;
using Kind = Column::Kind;

constexpr std::size_t kOpenPackages = 20;  // longer tables are folded
constexpr std::size_t kLongestOutput = 16'384;

void write_code(HtmlWriter& page, std::string_view text) {
  page.element("code", shortened(text, kLongestName));
}

void write_cache(HtmlWriter& page, const history::CacheOutcome& cache) {
  begin_row(page);
  begin_name(page);
  page.element("strong", shortened(cache.name, kLongestName));
  page.open("div", {{"class", "outcome"}});
  write_mark(page, outcome_mark(cache.outcome));
  page.close();
  if (!cache.reason.empty()) page.element("div", shortened(cache.reason, kLongestText), {{"class", "note"}});
  const auto& key = cache.matched_key.empty() ? cache.key : cache.matched_key;
  if (!key.empty()) {
    page.open("div", {{"class", "note"}});
    write_code(page, key);
    page.close();
  }
  page.close();
  std::string size = bytes_or_empty(cache.bytes);
  if (cache.base_bytes > 0) size += " over " + base::human_bytes(cache.base_bytes);
  write_number(page, size);
  write_number(page, seconds_or_empty(cache.restore_seconds));
  write_number(page, seconds_or_empty(cache.save_seconds));
  const auto net = insight::net_seconds(cache);
  begin_cell(page, net && *net < 0 ? "number cost" : "number");
  if (net) page.text(signed_seconds(*net));
  if (net && *net < 0) page.element("span", " cost time", {{"class", "note"}});
  page.close().close();
}

void write_package(HtmlWriter& page, const history::Package& package) {
  begin_row(page);
  begin_name(page);
  page.element(package.requested ? "strong" : "span", shortened(package.name, kLongestName));
  if (package.requested) page.element("span", " requested", {{"class", "tag"}});
  if (package.status != PackageStatus::installed) write_mark(page, mark(package.status));
  std::vector<std::string> facts;
  for (const auto* fact : {&package.version, &package.architecture}) {
    if (!fact->empty()) facts.push_back(shortened(*fact, kLongestName));
  }
  if (!facts.empty()) page.element("div", base::join(facts, " · "), {{"class", "note"}});
  page.close();
  write_number(page, bytes_or_empty(package.download_bytes));
  write_number(page, bytes_or_empty(package.installed_bytes));
  write_number(page, seconds_or_empty(package.seconds));
  page.close();
}

// Requested first, then the largest.
std::vector<const history::Package*> ordered(const history::AptOutcome& apt) {
  std::vector<const history::Package*> order;
  for (const auto& package : apt.packages) order.push_back(&package);
  std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
    if (a->requested != b->requested) return a->requested;
    return a->installed_bytes > b->installed_bytes;
  });
  return order;
}

}  // namespace

void write_caches(HtmlWriter& page, const Record& record) {
  begin_table(page, "What each cache gave and what it cost; net of the time that saving it took",
              {{"Cache"},
               {"Size", Kind::number},
               {"Restore", Kind::number},
               {"Save", Kind::number},
               {"Net saving", Kind::number}});
  const auto shown = std::min(record.caches.size(), kMostRows);
  for (std::size_t i = 0; i < shown; ++i) write_cache(page, record.caches[i]);
  end_table(page);
  write_left_out(page, shown, record.caches.size(), "caches");
}

void write_go(HtmlWriter& page, const history::GoOutcome& go) {
  const auto fact = [&](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    page.open("div").element("dt", name).element("dd", shortened(value, kLongestText)).close();
  };
  page.open("dl", {{"class", "facts"}});
  fact("Toolchain", go.toolchain);
  if (go.cache) fact("Caches", history::word(go.cache->state));
  if (go.binary) {
    const auto& binary = *go.binary;
    fact("Binary", base::join(binary.paths, ", "));
    std::vector<std::string> states;
    for (const auto state : binary.states) states.emplace_back(history::word(state));
    fact("Its states", base::join(states, ", "));
    fact("Size", bytes_or_empty(binary.size_bytes));
    fact("Built in", seconds_or_empty(binary.build_seconds));
    fact("Waited for another job", seconds_or_empty(binary.wait_seconds));
    fact("Why", binary.reason);
    fact("Saved by job", binary.origin_job);
  }
  page.close();
}

void write_packages(HtmlWriter& page, const history::AptOutcome& apt) {
  if (!apt.why_not.empty()) {
    page.element("p", fmt::format("From the tier {}. Why not from an earlier one:", apt.tier));
    page.open("ul");
    for (const auto& why : apt.why_not) {
      page.open("li").element("strong", shortened(why.tier, kLongestName));
      page.text(": " + shortened(why.reason, kLongestText)).close();
    }
    page.close();
  }
  if (apt.packages.empty()) return;
  const auto packages = ordered(apt);
  const bool folded = packages.size() > kOpenPackages;
  if (folded) page.open("details").element("summary", "All " + counted(packages.size(), "package"));
  begin_table(page, "Requested packages first, then the largest",
              {{"Package"}, {"Download", Kind::number}, {"Installed", Kind::number}, {"Time", Kind::number}});
  const auto shown = std::min(packages.size(), kMostPackages);
  for (std::size_t i = 0; i < shown; ++i) write_package(page, *packages[i]);
  end_table(page);
  write_left_out(page, shown, packages.size(), "packages");
  if (folded) page.close();
}

void write_smoke(HtmlWriter& page, const Record& record) {
  begin_table(page, "Commands that had to work",
              {{"Command"}, {"Result"}, {"Exit code", Kind::number}, {"Time", Kind::number}});
  const auto shown = std::min(record.smoke.size(), kMostRows);
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& test = record.smoke[i];
    begin_row(page);
    begin_name(page);
    write_code(page, test.command);
    page.close();
    begin_cell(page);
    write_mark(page, mark(test.status));
    if (!test.reason.empty()) page.element("div", shortened(test.reason, kLongestText), {{"class", "note"}});
    page.close();
    write_number(page, test.status == history::SmokeStatus::skipped ? "" : fmt::format("{}", test.exit_code));
    write_number(page, seconds_or_empty(test.seconds));
    page.close();
  }
  end_table(page);
  write_left_out(page, shown, record.smoke.size(), "smoke tests");
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& test = record.smoke[i];
    if (test.output.empty() || test.status == history::SmokeStatus::passed) continue;
    const auto name = "The end of the output of " + shortened(test.command, kLongestName);
    page.element("h3", name);
    page.open("pre", {{"tabindex", "0"}, {"role", "region"}, {"aria-label", fmt::format("{} ({})", name, i + 1)}});
    page.lines(last_lines(test.output, kLongestOutput)).close();
  }
}

void write_metrics(HtmlWriter& page, const Record& record) {
  begin_table(page, "What was measured",
              {{"Metric"}, {"Value", Kind::number}, {"Threshold", Kind::number}, {"Verdict"}});
  const auto shown = std::min(record.metrics.size(), kMostRows);
  const auto amount = [](double value, const std::string& unit) {
    if (unit == "seconds") return base::human_seconds(value);
    if (unit == "bytes" && std::abs(value) < 9e18) return base::human_bytes(static_cast<std::int64_t>(value));
    return fmt::format("{:g} {}", value, shortened(unit, 30));
  };
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& metric = record.metrics[i];
    begin_row(page);
    begin_name(page);
    write_code(page, metric.name);
    page.close();
    write_number(page, amount(metric.value, metric.unit));
    write_number(page, metric.threshold ? amount(*metric.threshold, metric.unit) : "");
    begin_cell(page);
    if (metric.threshold) write_mark(page, mark(metric.verdict));
    page.close().close();
  }
  end_table(page);
  write_left_out(page, shown, record.metrics.size(), "metrics");
}

}  // namespace ci::report
