// Documents against docs/schemas/record.schema.json. RapidJSON knows draft 4, which is all that the schema uses but for
// one `const`; tests/action holds written records against it with a validator of draft 7.
#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <rapidjson/schema.h>

#include "base/ids.hpp"
#include "history/full_record.hpp"
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
