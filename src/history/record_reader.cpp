#include "history/record_reader.hpp"

#include <fmt/format.h>

#include <array>
#include <limits>

namespace ci::history {
namespace {

using base::Json;

// Reads members of one object. What is wrong first is kept, and told once everything is read: what follows is then of
// no use, and harmless.
class Reader {
 public:
  void wrong(std::string_view member, std::string_view what) {
    if (problem_.empty()) problem_ = fmt::format("\"{}\" is not {}", member, what);
  }
  [[nodiscard]] const std::string& problem() const { return problem_; }

  std::string text(const Json& json, const char* member) {
    const Json& value = json[member];
    if (!value.is_null() && !value.is_string()) wrong(member, "a text");
    return value.as_string();
  }

  double number(const Json& json, const char* member) {
    const Json& value = json[member];
    if (!value.is_null() && !value.is_number()) wrong(member, "a number");
    return value.as_number();
  }

  double seconds(const Json& json, const char* member) {
    const double value = number(json, member);
    if (value < 0) wrong(member, "a time of 0 seconds or more");
    return value;
  }

  std::optional<double> number_if_any(const Json& json, const char* member) {
    if (json[member].is_null()) return std::nullopt;
    return number(json, member);
  }

  std::int64_t integer(const Json& json, const char* member) {
    const Json& value = json[member];
    if (!value.is_null() && !value.is_integer()) wrong(member, "a whole number");
    return value.as_integer();
  }

  int small_integer(const Json& json, const char* member) {
    const auto value = integer(json, member);
    if (value < std::numeric_limits<int>::min() || value > std::numeric_limits<int>::max()) {
      wrong(member, "a number of this size");
      return 0;
    }
    return static_cast<int>(value);
  }

  bool flag(const Json& json, const char* member) {
    const Json& value = json[member];
    if (!value.is_null() && !value.is_bool()) wrong(member, "true or false");
    return value.as_bool();
  }

  std::optional<base::TimePoint> time(const Json& json, const char* member) {
    if (json[member].is_null()) return std::nullopt;
    const auto time = base::parse_rfc3339(json[member].as_string());
    if (!time) wrong(member, "a time of RFC 3339 in UTC");
    return time;
  }

  // The member's word among those of `states`.
  template <class State, std::size_t N>
  State state(const Json& json, const char* member, const std::array<State, N>& states) {
    return state_of(json[member], member, states);
  }

  template <class State, std::size_t N>
  State state_of(const Json& value, const char* member, const std::array<State, N>& states) {
    for (const State state : states) {
      if (value.is_string() && word(state) == value.as_string()) return state;
    }
    wrong(member, "a state that is known");
    return states.front();
  }

  // What `read` makes of each element of the member.
  template <class Read>
  auto list(const Json& json, const char* member, Read read) {
    std::vector<decltype(read(std::declval<const Json&>()))> items;
    const Json& value = json[member];
    if (!value.is_null() && !value.is_array()) wrong(member, "a list");
    for (const Json& item : value.items()) items.push_back(read(item));
    return items;
  }

  template <class Read>
  auto objects(const Json& json, const char* member, Read read) {
    return list(json, member, [&](const Json& item) {
      if (!item.is_object()) wrong(member, "a list of objects");
      return read(item);
    });
  }

  // The member where it is an object, else nullptr.
  const Json* object_if_any(const Json& json, const char* member) {
    const Json& value = json[member];
    if (!value.is_null() && !value.is_object()) wrong(member, "an object");
    return value.is_object() ? &value : nullptr;
  }

  std::vector<std::string> texts(const Json& json, const char* member) {
    return list(json, member, [&](const Json& item) {
      if (!item.is_string()) wrong(member, "a list of texts");
      return item.as_string();
    });
  }

 private:
  std::string problem_;
};

constexpr std::array kJobStates = {JobStatus::pending,   JobStatus::running,   JobStatus::success, JobStatus::failure,
                                   JobStatus::cancelled, JobStatus::timed_out, JobStatus::skipped};
constexpr std::array kPackageStates = {PackageStatus::pending, PackageStatus::installed, PackageStatus::failed};
constexpr std::array kVerdicts = {Verdict::met, Verdict::missed, Verdict::unknown};
constexpr std::array kSmokeStates = {SmokeStatus::passed, SmokeStatus::failed, SmokeStatus::timed_out,
                                     SmokeStatus::skipped};
constexpr std::array kBinaryStates = {BinaryState::missing, BinaryState::seeded, BinaryState::restored,
                                      BinaryState::updated};
constexpr std::array kGoStates = {GoCacheState::cold, GoCacheState::warm, GoCacheState::updated};

Package read_package(Reader& reader, const Json& json) {
  return {reader.text(json, "id"),
          reader.text(json, "name"),
          reader.text(json, "version"),
          reader.text(json, "architecture"),
          reader.flag(json, "requested"),
          reader.state(json, "status", kPackageStates),
          reader.integer(json, "download_bytes"),
          reader.integer(json, "installed_bytes"),
          reader.seconds(json, "seconds")};
}

AptOutcome read_apt(Reader& reader, const Json& json) {
  AptOutcome apt;
  apt.tier = reader.text(json, "tier");
  apt.why_not = reader.objects(json, "why_not", [&](const Json& why) {
    return WhyNot{reader.text(why, "tier"), reader.text(why, "reason")};
  });
  apt.phases = reader.objects(json, "phases", [&](const Json& phase) {
    return Phase{reader.text(phase, "name"), reader.seconds(phase, "seconds"), reader.integer(phase, "bytes")};
  });
  apt.packages = reader.objects(json, "packages", [&](const Json& package) { return read_package(reader, package); });
  apt.seconds = reader.seconds(json, "seconds");
  return apt;
}

CacheOutcome read_cache(Reader& reader, const Json& json) {
  CacheOutcome cache;
  cache.name = reader.text(json, "name");
  cache.key = reader.text(json, "key");
  cache.matched_key = reader.text(json, "matched_key");
  cache.outcome = reader.text(json, "outcome");
  cache.reason = reader.text(json, "reason");
  cache.bytes = reader.integer(json, "bytes");
  cache.base_key = reader.text(json, "base_key");
  cache.base_bytes = reader.integer(json, "base_bytes");
  cache.restore_seconds = reader.seconds(json, "restore_seconds");
  cache.save_seconds = reader.seconds(json, "save_seconds");
  cache.seconds_saved = reader.number_if_any(json, "seconds_saved");
  cache.cold_seconds = reader.number_if_any(json, "cold_seconds");
  return cache;
}

BinaryEntry read_binary(Reader& reader, const Json& json) {
  BinaryEntry binary;
  binary.key = reader.text(json, "key");
  binary.paths = reader.texts(json, "paths");
  binary.size_bytes = reader.integer(json, "size_bytes");
  binary.created_at = reader.time(json, "created_at");
  binary.origin_job = reader.text(json, "origin_job");
  binary.states =
      reader.list(json, "states", [&](const Json& state) { return reader.state_of(state, "states", kBinaryStates); });
  binary.reason = reader.text(json, "reason");
  binary.build_seconds = reader.seconds(json, "build_seconds");
  binary.wait_seconds = reader.seconds(json, "wait_seconds");
  return binary;
}

GoOutcome read_go(Reader& reader, const Json& json) {
  GoOutcome go;
  go.toolchain = reader.text(json, "toolchain");
  if (const Json* cache = reader.object_if_any(json, "cache")) {
    go.cache = GoModuleCache{reader.text(*cache, "key"), reader.texts(*cache, "paths"), reader.flag(*cache, "hit"),
                             reader.time(*cache, "last_updated"), reader.state(*cache, "state", kGoStates)};
  }
  if (const Json* binary = reader.object_if_any(json, "binary")) go.binary = read_binary(reader, *binary);
  return go;
}

Problem read_problem(Reader& reader, const Json& json) {
  Problem problem;
  const std::string level = reader.text(json, "level");
  if (level != "failure" && level != "warning") reader.wrong("level", "failure or warning");
  problem.level = level == "warning" ? Problem::Level::warning : Problem::Level::failure;
  problem.step = reader.text(json, "step");
  problem.kind = reader.text(json, "kind");
  problem.phase = reader.text(json, "phase");
  problem.host = reader.text(json, "host");
  problem.seconds = reader.seconds(json, "seconds");
  problem.message = reader.text(json, "message");
  problem.hint = reader.text(json, "hint");
  return problem;
}

void read_parts(Reader& reader, const Json& json, Record& record) {
  record.needs = reader.objects(json, "needs", [&](const Json& need) {
    return Need{reader.text(need, "job"), reader.text(need, "result"), reader.text(need, "reason")};
  });
  record.artifact_required = reader.flag(json, "artifact_required");
  if (const Json* apt = reader.object_if_any(json, "apt")) record.apt = read_apt(reader, *apt);
  record.caches = reader.objects(json, "caches", [&](const Json& cache) { return read_cache(reader, cache); });
  if (const Json* go = reader.object_if_any(json, "go")) record.go = read_go(reader, *go);
  record.smoke = reader.objects(json, "smoke", [&](const Json& smoke) {
    return SmokeOutcome{reader.text(smoke, "command"),
                        reader.state(smoke, "status", kSmokeStates),
                        reader.small_integer(smoke, "exit_code"),
                        reader.seconds(smoke, "seconds"),
                        reader.text(smoke, "reason"),
                        reader.text(smoke, "output")};
  });
  record.spans = reader.objects(json, "spans", [&](const Json& span) {
    return Span{reader.text(span, "lane"), reader.text(span, "name"), reader.seconds(span, "start"),
                reader.seconds(span, "seconds")};
  });
  record.metrics = reader.objects(json, "metrics", [&](const Json& metric) {
    return Metric{reader.text(metric, "id"),
                  reader.text(metric, "name"),
                  reader.number(metric, "value"),
                  reader.text(metric, "unit"),
                  reader.number_if_any(metric, "threshold"),
                  reader.state(metric, "verdict", kVerdicts)};
  });
  record.problems =
      reader.objects(json, "problems", [&](const Json& problem) { return read_problem(reader, problem); });
}

void read_identity(Reader& reader, const Json& json, Record& record) {
  record.id = reader.text(json, "id");
  if (record.id.empty()) reader.wrong("id", "there");
  record.repository = reader.text(json, "repository");
  record.workflow = reader.text(json, "workflow");
  record.job = reader.text(json, "job");
  if (const Json* matrix = reader.object_if_any(json, "matrix")) {
    for (const auto& [name, value] : matrix->members()) {
      if (!value.is_string()) reader.wrong("matrix", "an object of texts");
      record.matrix[name] = value.as_string();
    }
  }
  record.step = reader.text(json, "step");  // "" in records of earlier versions
  record.run_id = reader.text(json, "run_id");
  record.run_attempt = json["run_attempt"].is_null() ? 1 : reader.small_integer(json, "run_attempt");
  record.branch = reader.text(json, "branch");
  record.default_branch = reader.text(json, "default_branch");
  record.commit_sha = reader.text(json, "commit_sha");
  if (const Json* runner = reader.object_if_any(json, "runner")) {
    record.runner = {reader.text(*runner, "os"), reader.text(*runner, "architecture"), reader.text(*runner, "image"),
                     reader.text(*runner, "image_version")};
  }
}

}  // namespace

base::Result<Record> read_record(const Json& json) {
  if (!json.is_object() || json["schema"] != Json(1)) {
    return base::fail(base::ErrorKind::data, "no record: \"schema\" is not 1");
  }
  Reader reader;
  Record record;
  read_identity(reader, json, record);
  record.status = reader.state(json, "status", kJobStates);
  if (!json["exit_code"].is_null()) record.exit_code = reader.small_integer(json, "exit_code");
  if (const auto started = reader.time(json, "started_at")) {
    record.started_at = *started;
  } else {
    reader.wrong("started_at", "there");
  }
  record.ended_at = reader.time(json, "ended_at");
  record.seconds = reader.seconds(json, "seconds");
  read_parts(reader, json, record);
  record.check_run_url = reader.text(json, "check_run_url");
  record.record_path = reader.text(json, "record_path");
  record.report_path = reader.text(json, "report_path");
  if (!reader.problem().empty()) return base::fail(base::ErrorKind::data, "no record: " + reader.problem());
  return record;
}

base::Result<Record> parse_record(std::string_view text) {
  const auto json = base::parse_json(text);
  if (!json) return base::fail(json.error());
  return read_record(*json);
}

}  // namespace ci::history
