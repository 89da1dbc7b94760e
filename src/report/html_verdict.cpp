#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/text.hpp"
#include "insight/cache_ledger.hpp"
#include "report/cache_ledger.hpp"
#include "report/html_insight.hpp"
#include "report/html_marks.hpp"
#include "report/html_sections.hpp"
#include "report/html_table.hpp"
#include "report/verdict.hpp"

namespace ci::report {
namespace {

using history::Record;

constexpr std::size_t kLongestVerdict = 240;  // the problems below have the whole of it

void write_fact(HtmlWriter& page, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  page.open("div").element("dt", name).element("dd", shortened(value, kLongestName)).close();
}

void write_facts(HtmlWriter& page, const Record& record) {
  page.open("dl", {{"class", "facts"}});
  for (const auto& [name, value] : record.matrix) write_fact(page, name, value);
  write_fact(page, "Step", history::step_label(record.step));
  write_fact(page, "Branch", record.branch);
  write_fact(page, "Commit", record.commit_sha.substr(0, 12));
  write_fact(page, "Run", record.run_id);
  if (record.run_attempt > 1) write_fact(page, "Attempt", fmt::format("{}", record.run_attempt));
  page.open("div").element("dt", "Started").open("dd");
  write_time(page, record.started_at, Precision::second);
  page.text(" UTC").close().close();
  std::vector<std::string> runner;
  for (const auto* part : {&record.runner.os, &record.runner.architecture, &record.runner.image_version}) {
    if (!part->empty()) runner.push_back(shortened(*part, kLongestName));
  }
  write_fact(page, "Runner", base::join(runner, ", "));
  if (record.exit_code) write_fact(page, "Exit code", fmt::format("{}", *record.exit_code));
  page.close();
}

struct Figure {
  std::string_view name;
  std::string value;
  std::string note;
};

// What all caches together have saved, less what saving them took; nothing when no cache knows.
std::optional<double> saved_by_caches(const Record& record) {
  std::optional<double> saved;
  for (const auto& cache : record.caches) {
    if (const auto net = insight::net_seconds(cache)) saved = saved.value_or(0) + *net;
  }
  return saved;
}

std::vector<Figure> figures_of(const Record& record) {
  std::vector<Figure> figures;
  if (record.ended_at) figures.push_back({"Took", base::human_seconds(record.seconds), ""});
  if (record.apt) {
    figures.push_back({"Packages", base::human_seconds(record.apt->seconds),
                       record.apt->tier == "none" ? "nothing was missing" : "tier " + record.apt->tier});
    for (const auto& metric : record.metrics) {
      if (metric.name != "package_installation_time" || !metric.threshold) continue;
      figures.push_back({"Budget for packages", base::human_seconds(*metric.threshold), mark(metric.verdict).word});
    }
    std::int64_t bytes = 0;
    for (const auto& package : record.apt->packages) bytes += package.download_bytes;
    if (bytes > 0) figures.push_back({"Downloaded", base::human_bytes(bytes), ""});
  }
  if (const auto saved = saved_by_caches(record))
    figures.push_back({*saved < 0 ? "Caches cost" : "Caches saved", base::human_seconds(std::abs(*saved)), "net"});
  return figures;
}

void write_figures(HtmlWriter& page, const std::vector<Figure>& figures) {
  if (figures.empty()) return;
  page.open("dl", {{"class", "figures"}});
  for (const auto& [name, value, note] : figures) {
    page.open("div").element("dt", name).open("dd").element("strong", value);
    if (!note.empty()) page.text(" ").element("span", shortened(note, kLongestName), {{"class", "note"}});
    page.close().close();
  }
  page.close();
}

}  // namespace

void write_verdict(HtmlWriter& page, const Record& record, const insight::Insight* insight) {
  const auto state = mark(record.status);
  page.open("header", {{"class", fmt::format("verdict {}", state.tone)}});
  std::vector<std::string> place;
  for (const auto* name : {&record.repository, &record.workflow, &record.job}) {
    if (!name->empty()) place.push_back(shortened(*name, kLongestName));
  }
  if (!place.empty()) page.element("p", base::join(place, " / "), {{"class", "place"}});
  write_mark(page, state);
  page.element("h1", shortened(verdict(record), kLongestVerdict));
  if (insight) write_alert(page, *insight);
  write_facts(page, record);
  write_figures(page, figures_of(record));
  page.close();
}

void write_problems(HtmlWriter& page, const Record& record) {
  page.open("ul", {{"class", "problems"}});
  std::size_t shown = 0;
  for (const auto level : {history::Problem::Level::failure, history::Problem::Level::warning}) {
    for (const auto& problem : record.problems) {
      if (problem.level != level || shown == kMostRows) continue;
      ++shown;
      const auto state = mark(level);
      page.open("li", {{"class", std::string(state.tone)}});
      page.open("p", {{"class", "kind"}});
      write_mark(page, state);
      page.text(" ").element("code", shortened(problem.step + ": " + problem.kind, kLongestName));
      page.close().element("p", shortened(problem.message, kLongestText));
      std::vector<std::string> facts;
      if (!problem.phase.empty()) facts.push_back("phase " + shortened(problem.phase, kLongestName));
      if (!problem.host.empty()) facts.push_back("host " + shortened(problem.host, kLongestName));
      if (problem.seconds > 0) facts.push_back("after " + base::human_seconds(problem.seconds));
      if (!facts.empty()) page.element("p", base::join(facts, " · "), {{"class", "note"}});
      if (!problem.hint.empty()) {
        page.open("p", {{"class", "hint"}}).element("strong", "What to do: ");
        page.text(shortened(problem.hint, kLongestText)).close();
      }
      page.close();
    }
  }
  page.close();
  write_left_out(page, shown, record.problems.size(), "problems");
}

void write_pipeline(HtmlWriter& page, const Record& record) {
  page.open("div", {{"class", "pipeline"}});
  page.open("ul", {{"class", "jobs"}, {"aria-label", "Jobs that this one needs"}});
  const auto shown = std::min(record.needs.size(), kMostRows);
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& need = record.needs[i];
    const auto state = result_mark(need.result);
    page.open("li", {{"class", fmt::format("job {}", state.tone)}});
    page.element("strong", shortened(need.job, kLongestName));
    write_mark(page, state);
    if (!need.reason.empty()) page.element("span", shortened(need.reason, kLongestText), {{"class", "note"}});
    page.close();
  }
  page.close();
  page.open("svg", {{"class", "arrow"}, {"viewBox", "0 0 40 16"}, {"aria-hidden", "true"}});
  page.element("path", "", {{"d", "M0 8H36M29 2 36 8 29 14"}}).close();
  const auto state = mark(record.status);
  page.open("div", {{"class", fmt::format("job here {}", state.tone)}});
  page.element("strong", record.job.empty() ? "this job" : shortened(record.job, kLongestName));
  write_mark(page, state);
  page.element("span", "this job", {{"class", "note"}}).close();
  page.close();
  write_left_out(page, shown, record.needs.size(), "jobs");
}

}  // namespace ci::report
