#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "cli/commands.hpp"
#include "export/alert_rules.hpp"
#include "export/chrome_trace.hpp"
#include "export/metrics_push.hpp"
#include "export/otlp_send.hpp"
#include "export/prometheus.hpp"
#include "history/record_files.hpp"
#include "history_store/locator.hpp"
#include "history_store/row_export.hpp"
#include "history_store/stored_records.hpp"
#include "optimize/exit_code.hpp"
#include "platform/filesystem.hpp"

namespace ci::cli {
namespace {

using Records = std::vector<history::Record>;

constexpr base::Duration kUsualTime = std::chrono::seconds(60);
constexpr std::size_t kMostFiles = 10'000;
constexpr base::Duration kOneCall = std::chrono::seconds(10);  // to a history store

std::string server_of(const platform::Environment& environment) {
  const auto server = environment.get("GITHUB_SERVER_URL");
  return server.empty() ? "https://github.com" : server;
}

void tell_left_out(std::size_t series, platform::Log& log) {
  if (series > 0) log.warning(fmt::format("{} series that ran least recently are left out", series));
}

base::Result<Records> read_named(const std::vector<std::string>& names, platform::Log& log) {
  std::vector<std::filesystem::path> paths;
  for (const auto& name : names) paths.emplace_back(name == "-" ? "/dev/stdin" : name);
  auto files = history::read_record_files(paths, kMostFiles);
  if (!files) return base::fail(files.error());
  if (!files->left_out.empty())
    log.warning(fmt::format("{} files are left out; the first: {}", files->left_out.size(), files->left_out.front()));
  if (files->older > 0) log.warning(fmt::format("{} older records were not read", files->older));
  return std::move(files->records);
}

base::Result<Records> read_records(const CommandLine& line, const platform::Platform& platform) {
  const auto& order = line.history_export;
  if (order.history.empty()) return read_named(line.arguments, platform.log);
  const auto store = history_store::open_history_store(order.history, platform, kOneCall);
  if (!store) return base::fail(store.error());
  history_store::Selection selection;
  if (order.since) selection.since = platform.clock.now() - *order.since;
  const auto end = platform.clock.monotonic() + order.time.value_or(kUsualTime);
  return history_store::stored_records(**store, selection, platform, end);
}

// One document a line, so that `history import` need not hold them all.
std::string json_text(const Records& records) {
  std::string text = "[";
  for (const auto& record : records) text += (text.size() > 1 ? ",\n" : "\n") + history::to_json(record).compact();
  return text + "\n]\n";
}

std::string csv_text(const Records& records) {
  std::vector<history_store::Row> rows;
  for (const auto& record : records) {
    if (auto row = history_store::row_of(history::to_json(record))) rows.push_back(std::move(*row));
  }
  return history_store::csv(rows);
}

std::string text_of(const CommandLine& line, const platform::Platform& platform, const Records& records) {
  switch (line.history_export.format) {
    case ExportFormat::prometheus: {
      auto made = exporter::prometheus_text(records, platform.clock.now());
      tell_left_out(made.left_out, platform.log);
      return std::move(made.text);
    }
    case ExportFormat::prometheus_history: {
      auto made = exporter::prometheus_history(records);
      tell_left_out(made.left_out, platform.log);
      std::string text;
      for (const auto& piece : made.pieces) text += piece;
      return text;
    }
    case ExportFormat::otlp: {
      base::Json::Array spans;
      for (auto& trace : exporter::otlp_traces(records, server_of(platform.environment)))
        for (auto& span : trace.spans) spans.push_back(std::move(span));
      return exporter::otlp_request(std::move(spans)).compact() + "\n";
    }
    case ExportFormat::trace:
      return exporter::chrome_trace(records).compact() + "\n";
    case ExportFormat::json:
      return json_text(records);
    case ExportFormat::csv:
      return csv_text(records);
    case ExportFormat::rules:
      break;
  }
  return std::string(exporter::alert_rules());
}

// Keys come from the environment, where no process list shows them.
std::string headers_for(ExportFormat format, const platform::Environment& environment) {
  auto headers = environment.get("CI_OPTIMIZER_EXPORT_HEADERS");
  if (headers.empty() && format == ExportFormat::otlp) headers = environment.get("OTEL_EXPORTER_OTLP_TRACES_HEADERS");
  if (headers.empty() && format == ExportFormat::otlp) headers = environment.get("OTEL_EXPORTER_OTLP_HEADERS");
  return headers;
}

struct Sent {
  std::size_t count = 0;
  const char* what = "";
};

base::Result<Sent> send(ExportFormat format, const platform::Platform& platform,
                        const exporter::Destination& destination, const Records& records) {
  if (format == ExportFormat::otlp) {
    const auto sent =
        exporter::send_traces(platform, destination, exporter::otlp_traces(records, server_of(platform.environment)));
    if (!sent) return base::fail(sent.error());
    return Sent{*sent, "spans"};
  }
  const bool to_gateway = format == ExportFormat::prometheus;
  const auto pushed = to_gateway ? exporter::push_to_gateway(platform, destination, records)
                                 : exporter::import_history(platform, destination, records);
  if (!pushed) return base::fail(pushed.error());
  tell_left_out(pushed->left_out, platform.log);
  return Sent{pushed->count, to_gateway ? "series" : "pieces"};
}

}  // namespace

base::Result<int> run_history_export(const CommandLine& line, const platform::Platform& platform) {
  const auto& order = line.history_export;
  exporter::Destination destination;
  if (!order.endpoint.empty()) {
    auto parsed = exporter::parse_destination(order.endpoint, headers_for(order.format, platform.environment));
    if (!parsed) return base::fail(parsed.error());
    destination = std::move(*parsed);
    destination.time = order.time.value_or(kUsualTime);
  }
  Records records;
  if (order.format != ExportFormat::rules) {
    auto read = read_records(line, platform);
    if (!read) return base::fail(read.error());
    records = std::move(*read);
    if (records.empty()) platform.log.warning("there is no record to export");
  }
  if (!order.endpoint.empty()) {
    const auto sent = send(order.format, platform, destination, records);
    if (!sent) return base::fail(sent.error().within("cannot export"));
    platform.log.info(fmt::format("sent {} {} of {} records", sent->count, sent->what, records.size()));
    if (line.json)
      std::printf("%s\n",
                  base::Json::object().set(sent->what, static_cast<std::int64_t>(sent->count)).pretty().c_str());
    return optimize::kDone;
  }
  const auto text = text_of(line, platform, records);
  if (line.output.empty()) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    return optimize::kDone;
  }
  if (const auto written = platform::write_file(line.output, text); !written) return base::fail(written.error());
  return optimize::kDone;
}

}  // namespace ci::cli
