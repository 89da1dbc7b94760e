// history_driver STORE COMMAND [ARGUMENTS]: lets tests of other languages, and measurements, use a history store.
//
//   put                      puts the documents in standard input, one a line, until one is refused
//   rows [LIMIT]
//   document ID
//   prune NOW DAYS RUNS      NOW: RFC 3339
//   days
//
// HISTORY_PATIENCE is the seconds that one call may take (10). Prints one JSON object.
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/text.hpp"
#include "history_store/locator.hpp"
#include "platform/curl_http.hpp"
#include "platform/process_runner.hpp"
#include "platform/signal_cancellation.hpp"
#include "platform/system_clock.hpp"
#include "platform/system_environment.hpp"
#include "platform/terminal_log.hpp"

namespace {

using namespace ci;
using base::Json;

Json told(std::string_view outcome) {
  return Json::object().set("outcome", outcome);
}

Json failure(const base::Error& error) {
  const char* kind = "other";
  if (error.kind == base::ErrorKind::data) kind = "data";
  if (error.kind == base::ErrorKind::permission) kind = "permission";
  if (error.kind == base::ErrorKind::unavailable) kind = "unavailable";
  if (error.kind == base::ErrorKind::timeout) kind = "timeout";
  if (error.kind == base::ErrorKind::usage) kind = "usage";
  return told("error").set("kind", kind).set("message", error.message).set("hint", error.hint);
}

Json put(history_store::HistoryStore& store) {
  std::int64_t count = 0;
  for (std::string line; std::getline(std::cin, line); ++count) {
    const auto document = base::parse_json(line);
    if (!document) return failure(document.error());
    if (const auto done = store.put(*document); !done) return failure(done.error()).set("put", count);
    std::fprintf(stderr, "put %s\n", (*document)["run_id"].as_string().c_str());  // heard even if this is killed
  }
  return told("put").set("put", count);
}

Json rows(history_store::HistoryStore& store, std::size_t limit) {
  history_store::Selection selection;
  selection.limit = limit;
  const auto rows = store.rows(selection);
  if (!rows) return failure(rows.error());
  Json all = Json::array();
  for (const auto& row : *rows) {
    all.push(Json::object()
                 .set("id", row.id)
                 .set("run_id", row.run_id)
                 .set("job", row.job)
                 .set("status", history::word(row.status)));
  }
  return told("rows").set("rows", std::move(all));
}

Json days(history_store::HistoryStore& store) {
  const auto days = store.days({});
  if (!days) return failure(days.error());
  Json all = Json::array();
  for (const auto& day : *days) all.push(history_store::to_json(day));
  return told("days").set("days", std::move(all));
}

Json answer(history_store::HistoryStore& store, const std::vector<std::string>& arguments) {
  const auto argument = [&](std::size_t place) { return place < arguments.size() ? arguments[place] : std::string(); };
  const auto number = [&](std::size_t place) { return base::parse_integer(argument(place)).value_or(0); };
  const std::string command = argument(1);
  if (command == "put") return put(store);
  if (command == "rows") return rows(store, static_cast<std::size_t>(number(2)));
  if (command == "days") return days(store);
  if (command == "document") {
    const auto document = store.document(argument(2));
    return document ? told("document").set("document", *document) : failure(document.error());
  }
  const auto now = base::parse_rfc3339(argument(2));
  if (command != "prune" || !now) return told("usage");
  const auto count = store.prune(*now, {static_cast<int>(number(3)), static_cast<int>(number(4))});
  if (!count) return failure(count.error());
  return told("pruned").set("count", static_cast<std::int64_t>(*count));
}

}  // namespace

int main(int count, char** values) {
  const std::vector<std::string> arguments(values + 1, values + count);
  if (arguments.size() < 2) {
    std::fputs("usage: history_driver STORE put|rows|document|prune|days [ARGUMENTS]\n", stderr);
    return 64;
  }
  platform::SignalCancellation cancellation;
  const platform::SystemEnvironment environment;
  platform::SystemClock clock(cancellation);
  platform::TerminalLog log(environment, STDERR_FILENO, platform::Verbosity::verbose, platform::Style::plain);
  platform::SystemProcessRunner processes(clock, cancellation);
  platform::CurlHttp http(environment, clock, cancellation, "ci-optimizer/test");
  const auto patience = base::parse_integer(environment.get("HISTORY_PATIENCE")).value_or(10);
  auto store = history_store::open_history_store(
      arguments[0], {clock, environment, processes, http, log, cancellation}, std::chrono::seconds(patience));
  Json said;
  const auto begun = clock.monotonic();
  said = store ? answer(**store, arguments) : failure(store.error());
  said.set("seconds", base::seconds(clock.monotonic() - begun));
  std::puts(said.compact().c_str());
  return 0;
}
