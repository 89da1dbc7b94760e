#include "optimize/job_state.hpp"

#include "base/json.hpp"
#include "base/json_texts.hpp"
#include "base/text.hpp"
#include "history_store/postgres_password.hpp"
#include "platform/filesystem.hpp"

namespace ci::optimize {
namespace {

using base::Json;

constexpr int kVersion = 1;

std::string_view word(CacheKind kind) {
  switch (kind) {
    case CacheKind::paths:
      return "paths";
    case CacheKind::go_modules:
      return "go-modules";
    case CacheKind::go_build:
      return "go-build";
  }
  return "paths";
}

CacheKind read_kind(const std::string& text) {
  for (const auto kind : {CacheKind::go_modules, CacheKind::go_build}) {
    if (text == word(kind)) return kind;
  }
  return CacheKind::paths;
}

Json full_json(const cache::FullEntry& full) {
  return Json::object()
      .set("name", to_json(full.name))
      .set("archive_bytes", full.archive_bytes)
      .set("content_bytes", static_cast<std::int64_t>(full.content_bytes))
      .set("contents", base::join(full.contents, " "));
}

std::optional<cache::FullEntry> read_full(const Json& json) {
  auto name = cache::read_entry_base(json["name"]);
  if (!name) return std::nullopt;
  cache::FullEntry full{.name = std::move(*name)};
  full.archive_bytes = json["archive_bytes"].as_integer();
  full.content_bytes = static_cast<std::uint64_t>(json["content_bytes"].as_integer());
  full.contents = base::words(json["contents"].as_string());
  return full;
}

Json cache_json(const CacheState& cache) {
  Json cold = Json::array();
  for (const double seconds : cache.cold_seconds) cold.push(seconds);
  Json json = Json::object()
                  .set("outcome", to_json(cache.outcome))
                  .set("paths", base::texts_json(cache.paths))
                  .set("series", cache.series)
                  .set("parts", key::to_json(cache.parts))
                  .set("tree", cache.tree)
                  .set("cold_seconds", std::move(cold))
                  .set("save_always", cache.save == cache::SaveWhen::always)
                  .set("kind", word(cache.kind))
                  .set("unsaved", cache.unsaved)
                  .set("used_since", base::to_rfc3339(cache.used_since))
                  .set("limit", static_cast<std::int64_t>(cache.limit))
                  .set("go_sums", base::texts_json(cache.go_sums))
                  .set("actions", static_cast<std::int64_t>(cache.actions));
  if (cache.full) json.set("full", full_json(*cache.full));
  return json;
}

CacheState read_cache(const Json& json) {
  CacheState cache;
  const Json& outcome = json["outcome"];
  cache.outcome.name = outcome["name"].as_string();
  cache.outcome.key = outcome["key"].as_string();
  cache.outcome.matched_key = outcome["matched_key"].as_string();
  cache.outcome.outcome = outcome["outcome"].as_string();
  cache.outcome.reason = outcome["reason"].as_string();
  cache.outcome.bytes = outcome["bytes"].as_integer();
  cache.outcome.base_key = outcome["base_key"].as_string();
  cache.outcome.base_bytes = outcome["base_bytes"].as_integer();
  cache.outcome.restore_seconds = outcome["restore_seconds"].as_number();
  cache.paths = base::texts_in(json["paths"]);
  cache.series = json["series"].as_string();
  cache.parts = key::decode_parts(json["parts"]).value_or(key::Parts{});
  cache.tree = json["tree"].as_string();
  for (const auto& seconds : json["cold_seconds"].items()) cache.cold_seconds.push_back(seconds.as_number());
  if (json["save_always"].as_bool()) cache.save = cache::SaveWhen::always;
  cache.kind = read_kind(json["kind"].as_string());
  cache.unsaved = json["unsaved"].as_string();
  cache.used_since = base::parse_rfc3339(json["used_since"].as_string()).value_or(base::TimePoint{});
  cache.limit = static_cast<std::uint64_t>(json["limit"].as_integer());
  cache.go_sums = base::texts_in(json["go_sums"]);
  cache.actions = static_cast<std::size_t>(json["actions"].as_integer());
  cache.full = read_full(json["full"]);
  return cache;
}

std::string_view word(JobEnd end) {
  switch (end) {
    case JobEnd::success:
      return "success";
    case JobEnd::failure:
      return "failure";
    case JobEnd::cancelled:
      return "cancelled";
    case JobEnd::unknown:
      return "unknown";
  }
  return "unknown";
}

}  // namespace

JobState unfinished_state(const Request& request, const history::Record& record) {
  JobState state;
  state.end = JobEnd::unknown;
  tell_of_record(state, request, record);
  return state;
}

void tell_of_record(JobState& state, const Request& request, const history::Record& record) {
  state.record_path = record.record_path;
  // The end of the job completes the record in its file, and puts that into the store.
  state.history = request.history && !record.record_path.empty() ? request.history->store : "";
  if (request.history) state.spool = request.history->spool.string();
  state.summary = request.summary;
}

JobEnd job_end(std::string_view status) {
  for (const auto end : {JobEnd::success, JobEnd::failure, JobEnd::cancelled}) {
    if (status == word(end)) return end;
  }
  return JobEnd::unknown;
}

base::Result<void> write_state(const std::filesystem::path& file, const JobState& state) {
  Json caches = Json::array();
  for (const auto& cache : state.caches) caches.push(cache_json(cache));
  Json json;
  json.set("version", kVersion)
      .set("store", state.store)
      .set("workspace", state.workspace)
      .set("may_save", state.may_save)
      .set("end", word(state.end))
      .set("restored_at", base::to_rfc3339(state.restored_at))
      .set("record_path", state.record_path)
      .set("history", history_store::part_password(state.history).url)  // the file is no place for a password
      .set("spool", state.spool)
      .set("summary", state.summary)
      .set("caches", std::move(caches));
  if (state.check) json.set("check", Json::object().set("id", state.check->id).set("name", state.check->name));
  return platform::write_file(file, json.pretty() + '\n');
}

void leave_state(const std::filesystem::path& file, const JobState& state, platform::Log& log) {
  if (state.caches.empty() && !state.check && state.end != JobEnd::unknown) {
    std::error_code none;
    std::filesystem::remove(file, none);
    return;
  }
  if (const auto left = write_state(file, state); !left)
    log.warning("the end of the job cannot be dealt with: " + left.error().message);
}

base::Result<JobState> read_state(const std::filesystem::path& file) {
  const auto text = platform::read_file(file);
  if (!text) return base::fail(text.error());
  const auto json = base::parse_json(*text);
  if (!json || (*json)["version"].as_integer() != kVersion)
    return base::fail(base::ErrorKind::data, file.string() + " is no state of this version of ci-optimizer");
  JobState state;
  state.store = (*json)["store"].as_string();
  state.workspace = (*json)["workspace"].as_string();
  state.may_save = (*json)["may_save"].as_bool();
  state.end = job_end((*json)["end"].as_string());
  state.restored_at = base::parse_rfc3339((*json)["restored_at"].as_string()).value_or(base::TimePoint{});
  state.record_path = (*json)["record_path"].as_string();
  state.history = (*json)["history"].as_string();
  state.spool = (*json)["spool"].as_string();
  state.summary = (*json)["summary"].as_bool();
  for (const auto& cache : (*json)["caches"].items()) state.caches.push_back(read_cache(cache));
  if (const Json& check = (*json)["check"]; !check.is_null())
    state.check = report::OpenCheck{check["id"].as_integer(), check["name"].as_string()};
  return state;
}

}  // namespace ci::optimize
