#include "cli/command_parser.hpp"

#include <fmt/format.h>

#include <tuple>

#include "base/text.hpp"

namespace ci::cli {

base::Result<void> CommandParser::read_values() {
  auto& configuration = line_.configuration;
  if (packages_) configuration.packages = base::words(*packages_);
  if (tags_) line_.key.tags = base::words(*tags_);
  if (!smoke_.empty()) {
    configuration.smoke.emplace();
    for (const auto& command : smoke_) {
      smoke::SmokeTest test;
      test.run = command;
      configuration.smoke->push_back(std::move(test));
    }
  }
  configuration.history = history_;
  configuration.cache_store = cache_store_;
  configuration.cache_version = cache_version_;
  if (cache_) {
    configuration.cache = optimize::parse_cache_mode(*cache_);
    if (!configuration.cache) return usage(fmt::format("--cache: '{}' is not one of auto, read, off", *cache_), "");
  }
  if (cache_format_) {
    if (*cache_format_ != "native" && *cache_format_ != "tar")
      return usage(fmt::format("--format: '{}' is not one of native, tar", *cache_format_), "");
    if (*cache_format_ == "tar") line_.cache.format = cache::ArchiveFormat::tar;
  }
  if (export_format_) {
    if (const auto read = read_export(); !read) return read;
  }
  configuration.check_name = check_name_;
  if (suppress_sync_) line_.sync = platform::Sync::suppressed;
  for (auto [text, field, option] : {std::tuple(&budget_, &configuration.budget, "--budget"),
                                     std::tuple(&cache_budget_, &line_.cache.budget, "--budget"),
                                     std::tuple(&older_than_, &line_.cache.older_than, "--older-than"),
                                     std::tuple(&export_time_, &line_.history_export.time, "--deadline"),
                                     std::tuple(&export_since_, &line_.history_export.since, "--since"),
                                     std::tuple(&deadline_, &configuration.deadline, "--deadline")}) {
    if (!*text) continue;
    *field = base::parse_duration(**text);
    if (!*field) return usage(fmt::format("{}: '{}' is not a duration", option, **text), "write 73s, 5m or 1h30m");
  }
  if (gate_) {
    configuration.budget_gate = optimize::parse_gate(*gate_);
    if (!configuration.budget_gate) return usage(fmt::format("--gate: '{}' is not one of off, warn, fail", *gate_), "");
  }
  if (report_ && !optimize::apply_report(*report_, configuration)) {
    return usage(fmt::format("--report: '{}' is not one of auto, summary, check, off", *report_), "");
  }
  return {};
}

base::Result<void> CommandParser::read_export() {
  const auto& endpoint = line_.history_export.endpoint;
  for (const auto& [word, format] :
       {std::pair("prometheus", ExportFormat::prometheus),
        std::pair("prometheus-history", ExportFormat::prometheus_history), std::pair("otlp", ExportFormat::otlp),
        std::pair("trace", ExportFormat::trace), std::pair("rules", ExportFormat::rules),
        std::pair("json", ExportFormat::json), std::pair("csv", ExportFormat::csv)}) {
    if (*export_format_ != word) continue;
    line_.history_export.format = format;
    const bool is_file = format == ExportFormat::trace || format == ExportFormat::rules ||
                         format == ExportFormat::json || format == ExportFormat::csv;
    if (is_file && !endpoint.empty()) return usage(fmt::format("--endpoint: {} is not sent anywhere", word), "");
    const bool has_records = !line_.arguments.empty() || !line_.history_export.history.empty();
    if (format != ExportFormat::rules && !has_records)
      return usage("no record is named", "name a record's file, a folder of records, or --history STORE");
    return {};
  }
  return usage(fmt::format("--format: '{}' is not one of prometheus, prometheus-history, otlp, trace, rules, json, csv",
                           *export_format_),
               "");
}

}  // namespace ci::cli
