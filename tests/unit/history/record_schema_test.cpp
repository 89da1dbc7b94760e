// Documents against docs/schemas/record.schema.json. RapidJSON knows draft 4, which is all that the schema uses but for
// one `const`; tests/action holds written records against it with a validator of draft 7.
#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <rapidjson/schema.h>

#include "base/ids.hpp"
#include "history/record.hpp"
#include "platform/filesystem.hpp"

namespace ci::history {
namespace {

bool fits_schema(const base::Json& json) {
  const auto text = platform::read_file(CI_OPTIMIZER_SOURCE_DIR "/docs/schemas/record.schema.json");
  rapidjson::Document schema, document;
  if (!text || schema.Parse(text->c_str()).HasParseError()) return false;
  document.Parse(json.compact().c_str());
  const rapidjson::SchemaDocument compiled(schema);
  rapidjson::SchemaValidator validator(compiled);
  return document.Accept(validator);
}

Record full_record() {
  Record record;
  record.id = base::random_uuid();
  record.matrix = {{"os", "ubuntu"}};
  record.status = JobStatus::failure;
  record.exit_code = 2;
  record.ended_at = record.started_at;
  auto& apt = record.apt.emplace();
  apt.tier = "network";
  apt.why_not = {{"none", "1 of 1 missing"}};
  apt.phases = {{"download", 1.5, 1000}};
  apt.packages.push_back({base::random_uuid(), "tool", "1.0", "amd64", true, PackageStatus::installed, 10, 20, 0.1});
  apt.packages.push_back({base::random_uuid(), "other", "", "", true, PackageStatus::failed, 0, 0, 0});
  record.needs = {{"build", "failure", "undefined: x"}};
  record.artifact_required = true;
  auto& go = record.go.emplace();
  go.toolchain = "go1.22.1";
  go.cache = GoModuleCache{"key", {"/home/u/go/pkg/mod"}, true, record.started_at, GoCacheState::updated};
  go.binary.emplace();
  go.binary->paths = {"bin/tool"};
  go.binary->states = {BinaryState::missing, BinaryState::seeded, BinaryState::restored, BinaryState::updated};
  record.smoke.push_back({"tool --version", SmokeStatus::failed, 1, 0.1, "exit code 1 instead of 0", "oh"});
  record.metrics.push_back({base::random_uuid(), "package_installation_time", 3.2, "seconds", 73.0, Verdict::met});
  record.metrics.push_back({base::random_uuid(), "download_size", 10, "bytes", std::nullopt, Verdict::unknown});
  record.problems.push_back({Problem::Level::failure, "apt", "stalled", "download", "m", 3, "m stalled", "try again"});
  record.check_run_url = "https://example.com";
  record.record_path = "/r";
  record.report_path = "/p";
  return record;
}

TEST(RecordSchema, AcceptsARunningAndAFullRecord) {
  Record running;
  running.id = base::random_uuid();
  running.status = JobStatus::running;
  EXPECT_TRUE(fits_schema(to_json(running)));
  EXPECT_TRUE(fits_schema(to_json(full_record())));
}

TEST(RecordSchema, RefusesWhatARecordIsNot) {
  auto json = to_json(full_record());
  EXPECT_FALSE(fits_schema(base::Json(json).set("surprise", 1)));
  EXPECT_FALSE(fits_schema(base::Json(json).set("id", "not a uuid")));
  EXPECT_FALSE(fits_schema(base::Json(json).set("status", "fine")));
  EXPECT_FALSE(fits_schema(base::Json(json).set("seconds", -1)));
}

}  // namespace
}  // namespace ci::history
