#include "export/chrome_trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "export/result.hpp"

namespace ci::exporter {
namespace {

using base::Json;
using history::Record;

Json named(const char* what, int process, int thread, std::string_view name) {
  return Json::object()
      .set("ph", "M")
      .set("name", what)
      .set("pid", process)
      .set("tid", thread)
      .set("args", Json::object().set("name", base::valid_utf8(name)));
}

Json complete(int process, int thread, std::string_view name, base::Duration start, base::Duration length) {
  return Json::object()
      .set("ph", "X")
      .set("name", base::valid_utf8(name))
      .set("cat", "ci")
      .set("pid", process)
      .set("tid", thread)
      .set("ts", std::int64_t{start.count()})
      .set("dur", std::int64_t{length.count()});
}

std::string title(const Record& record) {
  std::string text = record.workflow.empty() ? record.job : fmt::format("{} / {}", record.workflow, record.job);
  for (const auto& [name, value] : record.matrix) text += fmt::format(" {}={}", name, value);
  if (const auto step = history::step_label(record.step); !step.empty()) text += " step " + step;
  if (!record.run_id.empty()) text += fmt::format(" #{}.{}", record.run_id, record.run_attempt);
  return text;
}

void add_job(Json& events, const Record& record, int process, base::TimePoint origin) {
  events.push(named("process_name", process, 0, title(record)));
  events.push(named("thread_name", process, 0, "job"));
  auto job = complete(process, 0, record.job, record.started_at - origin, end_of(record) - record.started_at);
  events.push(job.set("args", Json::object()
                                  .set("result", result_word(record))
                                  .set("repository", base::valid_utf8(record.repository))
                                  .set("branch", base::valid_utf8(record.branch))
                                  .set("commit", base::valid_utf8(record.commit_sha))));
  std::map<std::string, int> threads;
  for (const auto& span : record.spans) {
    const auto [lane, is_new] = threads.try_emplace(span.lane, static_cast<int>(threads.size()) + 1);
    if (is_new) events.push(named("thread_name", process, lane->second, span.lane));
    const auto start = after(record.started_at, span.start);
    events.push(complete(process, lane->second, span.name, start - origin, after(start, span.seconds) - start));
  }
}

}  // namespace

Json chrome_trace(const std::vector<Record>& records) {
  std::vector<const Record*> jobs;
  for (const auto& record : records) {
    if (is_finished(record)) jobs.push_back(&record);
  }
  std::stable_sort(jobs.begin(), jobs.end(),
                   [](const Record* a, const Record* b) { return a->started_at < b->started_at; });
  Json events = Json::array();
  for (std::size_t i = 0; i < jobs.size(); ++i)
    add_job(events, *jobs[i], static_cast<int>(i) + 1, jobs.front()->started_at);
  return Json::object().set("traceEvents", std::move(events)).set("displayTimeUnit", "ms");
}

}  // namespace ci::exporter
