#include "history/record_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "history/full_record.hpp"

namespace ci::history {
namespace {

using base::Json;

std::string refusal(const Json& json) {
  const auto record = read_record(json);
  return record ? "" : record.error().message;
}

TEST(RecordReader, GivesBackEveryMemberOfARecord) {
  const auto json = to_json(full_record());
  const auto record = read_record(json);
  ASSERT_TRUE(record) << record.error().message;
  EXPECT_EQ(to_json(*record).pretty(), json.pretty());
}

TEST(RecordReader, ReadsADocumentThatWasWrittenBeforeLaterMembers) {
  const auto record = parse_record(
      R"({"schema": 1, "id": "x", "status": "success", "started_at": "2026-11-21T04:24:00.000000Z", "seconds": 2})");
  ASSERT_TRUE(record) << record.error().message;
  EXPECT_EQ(record->run_attempt, 1);
  EXPECT_EQ(record->seconds, 2);
  EXPECT_EQ(record->runner, Runner{});
  EXPECT_FALSE(record->apt);
}

TEST(RecordReader, LeavesOutMembersThatItDoesNotKnow) {
  EXPECT_EQ(refusal(to_json(full_record()).set("surprise", 1)), "");
}

TEST(RecordReader, NamesTheMemberThatIsWrong) {
  const auto json = to_json(full_record());
  EXPECT_EQ(refusal(Json(json).set("id", "")), "no record: \"id\" is not there");
  EXPECT_EQ(refusal(Json(json).set("status", "fine")), "no record: \"status\" is not a state that is known");
  EXPECT_EQ(refusal(Json(json).set("seconds", -1)), "no record: \"seconds\" is not a time of 0 seconds or more");
  EXPECT_EQ(refusal(Json(json).set("seconds", "1")), "no record: \"seconds\" is not a number");
  EXPECT_EQ(refusal(Json(json).set("started_at", "today")),
            "no record: \"started_at\" is not a time of RFC 3339 in UTC");
  EXPECT_EQ(refusal(Json(json).set("exit_code", std::int64_t{1} << 40)),
            "no record: \"exit_code\" is not a number of this size");
  EXPECT_EQ(refusal(Json(json).set("caches", Json::object())), "no record: \"caches\" is not a list");
  EXPECT_EQ(refusal(Json(json).set("smoke", Json::array().push("x"))), "no record: \"smoke\" is not a list of objects");
  EXPECT_EQ(refusal(Json(json).set("matrix", Json::object().set("os", 1))),
            "no record: \"matrix\" is not an object of texts");
  EXPECT_EQ(refusal(Json(json).set("apt", "x")), "no record: \"apt\" is not an object");
}

TEST(RecordReader, RefusesOtherDocuments) {
  EXPECT_EQ(refusal(Json::array()), "no record: \"schema\" is not 1");
  EXPECT_EQ(refusal(Json::object().set("schema", 2)), "no record: \"schema\" is not 1");
  EXPECT_FALSE(parse_record("{"));
}

}  // namespace
}  // namespace ci::history
