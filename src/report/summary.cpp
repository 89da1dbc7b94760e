#include "report/summary.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "report/cache_ledger.hpp"
#include "report/gantt.hpp"
#include "report/insight_sections.hpp"
#include "report/markdown.hpp"
#include "report/reproduce.hpp"
#include "report/verdict.hpp"

namespace ci::report {
namespace {

using history::JobStatus;
using history::PackageStatus;
using history::Record;
using history::SmokeStatus;

// Longer texts of others are cut: one of them must not push everything else out.
constexpr std::size_t kLongestText = 4096;  // bytes
constexpr std::size_t kLongestName = 300;
constexpr std::size_t kMostMatrixValues = 20;
constexpr std::size_t kLongestOutput = 8192;
constexpr std::size_t kOpenPackages = 20;  // longer tables are folded

// The end of a tool's output says why it failed.
std::string last_part(const std::string& text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  const auto line = text.find('\n', text.size() - bytes);
  return "…\n" + text.substr(line == std::string::npos ? text.size() - bytes : line + 1);
}

std::string_view sign(JobStatus status) {
  switch (status) {
    case JobStatus::success:
      return "✅";
    case JobStatus::failure:
      return "❌";
    case JobStatus::timed_out:
      return "⏱️";
    case JobStatus::cancelled:
      return "🚫";
    case JobStatus::pending:
    case JobStatus::running:
      return "⏳";
    case JobStatus::skipped:
      return "⏭️";
  }
  return "";
}

std::string_view sign(SmokeStatus status) {
  switch (status) {
    case SmokeStatus::passed:
      return "✅";
    case SmokeStatus::failed:
      return "❌";
    case SmokeStatus::timed_out:
      return "⏱️";
    case SmokeStatus::skipped:
      return "⏭️";
  }
  return "";
}

Section verdict_section(const Record& record) {
  std::string head = fmt::format("### {} {}\n", sign(record.status), escaped_part(verdict(record), kLongestText));
  std::vector<std::string> facts;
  if (!record.job.empty()) facts.push_back("job " + code_part(record.job, kLongestName));
  for (const auto& [name, value] : record.matrix) {
    if (facts.size() > kMostMatrixValues) break;
    facts.push_back(escaped_part(name, kLongestName) + " " + code_part(value, kLongestName));
  }
  if (const auto step = history::step_label(record.step); !step.empty())
    facts.push_back("step " + code_part(step, kLongestName));
  if (record.run_attempt > 1) facts.push_back(fmt::format("attempt {}", record.run_attempt));
  if (record.apt && record.apt->tier != "none")
    facts.push_back("packages from the tier " + code_part(record.apt->tier, kLongestName));
  if (record.exit_code && *record.exit_code != 0) facts.push_back(fmt::format("exit code {}", *record.exit_code));
  if (!facts.empty()) head += "\n" + base::join(facts, " · ") + "\n";
  return {"Verdict", head, {}, "", 0};
}

std::string problem_row(const history::Problem& problem) {
  std::string row =
      fmt::format("- {} **{}** {}", problem.level == history::Problem::Level::failure ? "❌" : "⚠️",
                  escaped_part(problem.step + ": " + problem.kind, 200), escaped_part(problem.message, kLongestText));
  std::vector<std::string> facts;
  if (!problem.phase.empty()) facts.push_back("phase " + escaped_part(problem.phase, kLongestName));
  if (!problem.host.empty()) facts.push_back("host " + code_part(problem.host, 300));
  if (problem.seconds > 0) facts.push_back("after " + base::human_seconds(problem.seconds));
  if (!facts.empty()) row += " (" + base::join(facts, ", ") + ")";
  row += "\n";
  if (!problem.hint.empty()) row += "  <br>**Do this:** " + escaped_part(problem.hint, kLongestText) + "\n";
  return row;
}

Section problems_section(const Record& record) {
  Section section{"Problems", "\n#### Problems\n\n", {}, "", 1};
  for (const auto level : {history::Problem::Level::failure, history::Problem::Level::warning}) {
    for (const auto& problem : record.problems) {
      if (problem.level == level) section.rows.push_back(problem_row(problem));
    }
  }
  return section;
}

Section phases_section(const history::AptOutcome& apt) {
  Section section{"Phases", "\n#### Phases\n\n| Phase | Time | Data |\n| --- | ---: | ---: |\n", {}, "", 2};
  for (const auto& phase : apt.phases) {
    section.rows.push_back(fmt::format("| {} | {} | {} |\n", escaped_part(phase.name, kLongestName),
                                       base::human_seconds(phase.seconds),
                                       phase.bytes > 0 ? base::human_bytes(phase.bytes) : ""));
  }
  section.tail = fmt::format("| **all** | **{}** | |\n", base::human_seconds(apt.seconds));
  return section;
}

std::string package_row(const history::Package& package) {
  const std::string_view mark = package.status == PackageStatus::installed ? ""
                                : package.status == PackageStatus::failed  ? " ❌"
                                                                           : " ⏳";
  const auto amount = [](std::int64_t bytes) { return bytes > 0 ? base::human_bytes(bytes) : std::string(); };
  return fmt::format("| {}{}{} | {} | {} | {} | {} | {} |\n", package.requested ? "**" : "",
                     code_part(package.name, 300) + (package.requested ? "**" : ""), mark,
                     package.version.empty() ? "" : code_part(package.version, 300),
                     escaped_part(package.architecture, 100), amount(package.download_bytes),
                     amount(package.installed_bytes), package.seconds > 0 ? base::human_seconds(package.seconds) : "");
}

// Those that were asked for first, then the largest: what a reader would cut down.
Section packages_section(const history::AptOutcome& apt) {
  std::vector<const history::Package*> order;
  for (const auto& package : apt.packages) order.push_back(&package);
  std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
    if (a->requested != b->requested) return a->requested;
    return !a->requested && a->installed_bytes > b->installed_bytes;
  });
  Section section{"Packages", fmt::format("\n#### Packages ({})\n\n", order.size()), {}, "", 5};
  if (order.size() > kOpenPackages) {
    section.head += "<details><summary>Requested in bold, then the largest</summary>\n\n";
    section.tail = "\n</details>\n";
  }
  section.head +=
      "| Package | Version | Architecture | Download | Installed | Time |\n| --- | --- | --- | ---: | ---: | ---: |\n";
  for (const auto* package : order) section.rows.push_back(package_row(*package));
  return section;
}

Section smoke_section(const Record& record) {
  Section section{"Smoke tests",
                  "\n#### Smoke tests\n\n| Test | Result | Exit code | Time |\n| --- | --- | ---: | ---: |\n",
                  {},
                  "",
                  3};
  for (const auto& test : record.smoke) {
    section.rows.push_back(fmt::format("| {} | {} {}{} | {} | {} |\n", code_part(test.command, 1000), sign(test.status),
                                       word(test.status),
                                       test.reason.empty() ? "" : ": " + escaped_part(test.reason, 1000),
                                       test.status == SmokeStatus::skipped ? "" : fmt::format("{}", test.exit_code),
                                       test.seconds > 0 ? base::human_seconds(test.seconds) : ""));
  }
  return section;
}

Section output_section(const Record& record) {
  Section section{"Output of failed smoke tests", "", {}, "", 4};
  for (const auto& test : record.smoke) {
    if (test.output.empty() || test.status == SmokeStatus::passed) continue;
    section.rows.push_back(fmt::format("\nThe end of the output of {}:\n\n{}", code_part(test.command, 1000),
                                       fenced(last_part(test.output, kLongestOutput))));
  }
  return section;
}

Section gantt_section(const Record& record) {
  return {"Critical path", "\n#### Critical path\n\n" + gantt(record.spans), {}, "", 6};
}

Section reproduce_section(const Record& record) {
  return {"Reproduce locally", "\n#### Reproduce locally\n\n" + fenced(base::trim(reproduce(record))), {}, "", 4};
}

Section place_section(const Record& record) {
  Section section{"Record", "", {}, "", 1};
  std::vector<std::string> places;
  if (!record.record_path.empty()) places.push_back("Record: " + code_part(record.record_path, kLongestText));
  if (!record.report_path.empty()) places.push_back("Report: " + code_part(record.report_path, kLongestText));
  if (!places.empty()) section.head = "\n" + base::join(places, " · ") + "\n";
  return section;
}

}  // namespace

std::vector<Section> story_sections(const Record& record, const insight::Insight* insight) {
  std::vector<Section> sections{verdict_section(record)};
  if (insight != nullptr) {
    if (auto alert = alert_section(*insight)) sections.push_back(std::move(*alert));
  }
  if (!record.problems.empty()) sections.push_back(problems_section(record));
  return sections;
}

std::vector<Section> table_sections(const Record& record, const insight::Insight* insight) {
  std::vector<Section> sections;
  const auto add = [&](Section section) {
    if (!section.rows.empty()) sections.push_back(std::move(section));
  };
  add(metrics_section(record, insight));
  add(cache_ledger(record.caches, insight));
  if (record.apt) {
    if (!record.apt->phases.empty()) add(phases_section(*record.apt));
    add(packages_section(*record.apt));
  }
  add(smoke_section(record));
  add(output_section(record));
  if (record.spans.size() > 1) sections.push_back(gantt_section(record));
  if (insight != nullptr) add(history_section(*insight));
  return sections;
}

std::string caches_table(const std::vector<history::CacheOutcome>& caches) {
  return caches.empty() ? "" : fit({cache_ledger(caches, nullptr)}, kSummaryBudget);
}

std::string summary(const Record& record, const insight::Insight* insight, std::size_t budget) {
  std::vector<Section> sections = story_sections(record, insight);
  for (auto& section : table_sections(record, insight)) sections.push_back(std::move(section));
  if (record.apt || !record.smoke.empty()) sections.push_back(reproduce_section(record));
  sections.push_back(place_section(record));
  return fit(sections, budget);
}

}  // namespace ci::report
