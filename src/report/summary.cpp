#include "report/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "report/markdown.hpp"
#include "report/verdict.hpp"

namespace ci::report {
namespace {

using history::JobStatus;
using history::PackageStatus;
using history::Record;
using history::SmokeStatus;

// Longer texts of others are cut: one of them must not push everything else out.
constexpr std::size_t kLongestText = 4096;
constexpr std::size_t kLongestOutput = 8192;
constexpr std::size_t kOpenPackages = 20;  // longer tables are folded

std::string clipped(std::string_view text, std::size_t bytes = kLongestText) {
  if (text.size() <= bytes) return std::string(text);
  return std::string(base::truncate_utf8(text, bytes)) + "…";
}

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
  std::string head = fmt::format("### {} {}\n", sign(record.status), escaped(clipped(verdict(record))));
  std::vector<std::string> facts;
  if (!record.job.empty()) facts.push_back("job " + code(record.job));
  for (const auto& [name, value] : record.matrix) facts.push_back(escaped(name) + " " + code(clipped(value, 200)));
  if (record.run_attempt > 1) facts.push_back(fmt::format("attempt {}", record.run_attempt));
  if (record.apt && record.apt->tier != "none") facts.push_back("packages from the tier " + code(record.apt->tier));
  if (record.exit_code && *record.exit_code != 0) facts.push_back(fmt::format("exit code {}", *record.exit_code));
  if (!facts.empty()) head += "\n" + base::join(facts, " · ") + "\n";
  return {"Verdict", head, {}, "", 0};
}

std::string problem_row(const history::Problem& problem) {
  std::string row =
      fmt::format("- {} **{}** {}", problem.level == history::Problem::Level::failure ? "❌" : "⚠️",
                  escaped(clipped(problem.step + ": " + problem.kind, 200)), escaped(clipped(problem.message)));
  std::vector<std::string> facts;
  if (!problem.phase.empty()) facts.push_back("phase " + escaped(problem.phase));
  if (!problem.host.empty()) facts.push_back("host " + code(clipped(problem.host, 300)));
  if (problem.seconds > 0) facts.push_back("after " + base::human_seconds(problem.seconds));
  if (!facts.empty()) row += " (" + base::join(facts, ", ") + ")";
  row += "\n";
  if (!problem.hint.empty()) row += "  <br>**Do this:** " + escaped(clipped(problem.hint)) + "\n";
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
    section.rows.push_back(fmt::format("| {} | {} | {} |\n", escaped(phase.name), base::human_seconds(phase.seconds),
                                       phase.bytes > 0 ? base::human_bytes(phase.bytes) : ""));
  }
  section.tail = fmt::format("| **all** | **{}** | |\n", base::human_seconds(apt.seconds));
  return section;
}

// A cache's row: what came of it, and what it cost or saved.
std::string cache_row(const history::CacheOutcome& cache) {
  std::string story = cache.outcome;
  if (!cache.reason.empty()) story += ": " + cache.reason;
  const auto time = [](double seconds) { return seconds > 0 ? base::human_seconds(seconds) : std::string(); };
  std::string saved;
  if (cache.seconds_saved) {
    saved = (*cache.seconds_saved < 0 ? "−" : "") + base::human_seconds(std::abs(*cache.seconds_saved));
  }
  std::string size = cache.bytes > 0 ? base::human_bytes(cache.bytes) : "";
  if (cache.base_bytes > 0) size += " over " + base::human_bytes(cache.base_bytes);
  return fmt::format("| {} | {} | {} | {} | {} | {} |\n", escaped(cache.name), escaped(clipped(story, 500)), size,
                     time(cache.restore_seconds), time(cache.save_seconds), saved);
}

Section caches_section(const std::vector<history::CacheOutcome>& caches) {
  Section section{"Caches",
                  "\n#### Caches\n\n| Cache | Outcome | Size | Restored in | Saved in | Time saved |\n"
                  "| --- | --- | ---: | ---: | ---: | ---: |\n",
                  {},
                  "",
                  2};
  for (const auto& cache : caches) section.rows.push_back(cache_row(cache));
  return section;
}

std::string package_row(const history::Package& package) {
  const std::string_view mark = package.status == PackageStatus::installed ? ""
                                : package.status == PackageStatus::failed  ? " ❌"
                                                                           : " ⏳";
  const auto amount = [](std::int64_t bytes) { return bytes > 0 ? base::human_bytes(bytes) : std::string(); };
  return fmt::format("| {}{}{} | {} | {} | {} | {} | {} |\n", package.requested ? "**" : "",
                     code(clipped(package.name, 300)) + (package.requested ? "**" : ""), mark,
                     package.version.empty() ? "" : code(clipped(package.version, 300)),
                     escaped(clipped(package.architecture, 100)), amount(package.download_bytes),
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
    section.rows.push_back(fmt::format("| {} | {} {}{} | {} | {} |\n", code(clipped(test.command, 1000)),
                                       sign(test.status), word(test.status),
                                       test.reason.empty() ? "" : ": " + escaped(clipped(test.reason, 1000)),
                                       test.status == SmokeStatus::skipped ? "" : fmt::format("{}", test.exit_code),
                                       test.seconds > 0 ? base::human_seconds(test.seconds) : ""));
  }
  return section;
}

Section output_section(const Record& record) {
  Section section{"Output of failed smoke tests", "", {}, "", 4};
  for (const auto& test : record.smoke) {
    if (test.output.empty() || test.status == SmokeStatus::passed) continue;
    section.rows.push_back(fmt::format("\nThe end of the output of {}:\n\n{}", code(clipped(test.command, 1000)),
                                       fenced(last_part(test.output, kLongestOutput))));
  }
  return section;
}

Section place_section(const Record& record) {
  Section section{"Record", "", {}, "", 1};
  std::vector<std::string> places;
  if (!record.record_path.empty()) places.push_back("Record: " + code(record.record_path));
  if (!record.report_path.empty()) places.push_back("Report: " + code(record.report_path));
  if (!places.empty()) section.head = "\n" + base::join(places, " · ") + "\n";
  return section;
}

}  // namespace

std::vector<Section> story_sections(const Record& record) {
  std::vector<Section> sections{verdict_section(record)};
  if (!record.problems.empty()) sections.push_back(problems_section(record));
  return sections;
}

std::vector<Section> table_sections(const Record& record) {
  std::vector<Section> sections;
  if (record.apt && !record.apt->phases.empty()) sections.push_back(phases_section(*record.apt));
  if (!record.caches.empty()) sections.push_back(caches_section(record.caches));
  if (record.apt && !record.apt->packages.empty()) sections.push_back(packages_section(*record.apt));
  if (!record.smoke.empty()) sections.push_back(smoke_section(record));
  if (auto output = output_section(record); !output.rows.empty()) sections.push_back(std::move(output));
  return sections;
}

std::string caches_table(const std::vector<history::CacheOutcome>& caches) {
  return caches.empty() ? "" : fit({caches_section(caches)}, kSummaryBudget);
}

std::string summary(const Record& record, std::size_t budget) {
  std::vector<Section> sections = story_sections(record);
  for (auto& section : table_sections(record)) sections.push_back(std::move(section));
  sections.push_back(place_section(record));
  return fit(sections, budget);
}

}  // namespace ci::report
