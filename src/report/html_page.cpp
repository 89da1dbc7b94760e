#include "report/html_page.hpp"

#include <functional>

#include "base/text.hpp"
#include "report/html_marks.hpp"
#include "report/html_sections.hpp"
#include "report/html_style.hpp"
#include "report/html_writer.hpp"
#include "report/reproduce.hpp"
#include "report/timeline.hpp"
#include "report/verdict.hpp"

namespace ci::report {
namespace {

using history::Record;

struct Section {
  std::string id;
  std::string_view heading;
  bool shown;
  std::function<void(HtmlWriter&)> write;
};

void write_head(HtmlWriter& page, const Record& record) {
  page.open("head").lone("meta", {{"charset", "utf-8"}});
  page.lone("meta",
            {{"http-equiv", "Content-Security-Policy"},
             {"content", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"}});
  page.lone("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  page.lone("meta", {{"name", "color-scheme"}, {"content", "light dark"}});
  page.lone("meta", {{"name", "referrer"}, {"content", "no-referrer"}});
  std::vector<std::string> title{shortened(verdict(record), 120)};
  for (const auto* name : {&record.job, &record.repository}) {
    if (!name->empty()) title.push_back(shortened(*name, 80));
  }
  page.element("title", base::join(title, " · "));
  page.open("style").own(html_style()).close().close();
}

std::vector<Section> sections_of(const std::vector<Record>& records) {
  const Record& record = records.front();
  const bool any_apt = record.apt && (!record.apt->packages.empty() || !record.apt->why_not.empty());
  return {
      {"problems", "Problems", !record.problems.empty(), [&](auto& page) { write_problems(page, record); }},
      {"pipeline", "Pipeline", !record.needs.empty(), [&](auto& page) { write_pipeline(page, record); }},
      {"time", "Where the time went", !timeline(record).steps.empty(),
       [&](auto& page) { write_timeline(page, record); }},
      {"caches", "Caches", !record.caches.empty(), [&](auto& page) { write_caches(page, record); }},
      {"smoke", "Smoke tests", !record.smoke.empty(), [&](auto& page) { write_smoke(page, record); }},
      {"history", "History", records.size() > 1, [&](auto& page) { write_history(page, records); }},
      {"packages", "Packages", any_apt, [&](auto& page) { write_packages(page, *record.apt); }},
      {"go", "Go", record.go.has_value() && (!record.go->toolchain.empty() || record.go->cache || record.go->binary),
       [&](auto& page) { write_go(page, *record.go); }},
      {"metrics", "Metrics", !record.metrics.empty(), [&](auto& page) { write_metrics(page, record); }},
      {"again", "Do it again", true, [&](auto& page) { write_reproduction(page, record); }},
      {"record", "This record", true, [&](auto& page) { write_places(page, record); }},
  };
}

}  // namespace

void write_reproduction(HtmlWriter& page, const Record& record) {
  page.element("p", "In a checkout of the repository, with its ci-optimizer.yml where it has one:");
  page.open("pre", {{"tabindex", "0"}, {"role", "region"}, {"aria-label", "Commands that do the same"}});
  page.lines(shortened(reproduce(record), 8 * kLongestText)).close();
}

void write_places(HtmlWriter& page, const Record& record) {
  page.open("dl", {{"class", "facts places"}});
  for (const auto& [name, place] : {std::pair("Id", &record.id), std::pair("Record", &record.record_path),
                                    std::pair("Report", &record.report_path)}) {
    if (place->empty()) continue;
    page.open("div").element("dt", name).open("dd").element("code", shortened(*place, kLongestText)).close().close();
  }
  // A link of another scheme could do more than lead somewhere.
  if (record.check_run_url.starts_with("https://")) {
    page.open("div").element("dt", "Check run").open("dd");
    page.element("a", shortened(record.check_run_url, kLongestName),
                 {{"href", record.check_run_url}, {"rel", "noreferrer"}});
    page.close().close();
  }
  page.close();
}

std::string html_page(const std::vector<Record>& records) {
  const auto sections = sections_of(records);
  HtmlWriter page;
  page.own("<!DOCTYPE html>\n").open("html", {{"lang", "en"}});
  write_head(page, records.front());
  page.open("body");
  page.element("a", "To the report", {{"class", "skip"}, {"href", "#report"}});
  write_shapes(page);
  page.open("main", {{"id", "report"}});
  write_verdict(page, records.front());
  page.open("nav", {{"aria-label", "On this page"}}).open("ul");
  for (const auto& section : sections) {
    if (section.shown) page.open("li").element("a", section.heading, {{"href", "#" + section.id}}).close();
  }
  page.close().close();
  for (const auto& section : sections) {
    if (!section.shown) continue;
    page.open("section", {{"aria-labelledby", section.id}});
    page.element("h2", section.heading, {{"id", section.id}});
    section.write(page);
    page.close();
  }
  page.close().element("footer", "Written by ci-optimizer. All times are UTC.");
  return page.finish();
}

}  // namespace ci::report
