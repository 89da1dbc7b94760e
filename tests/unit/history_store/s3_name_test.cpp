#include "history_store/s3_name.hpp"

#include <gmock/gmock.h>

#include "history_store/sample_document.hpp"

namespace ci::test {
namespace {

using history_store::parse_s3_record_name;
using history_store::row_of;
using history_store::s3_record_name;

history_store::S3RecordName name_of(const Sample& sample) {
  return s3_record_name(*row_of(sample.document()));
}

TEST(S3RecordName, SaysWhenTheRunBeganAndWhatItWasWithoutTheWords) {
  const Sample sample{.started_at = noon() + std::chrono::microseconds(1'000'002), .job = "../secret job"};
  const auto name = name_of(sample);
  EXPECT_THAT(name.text(), testing::MatchesRegex("2026-11-21/120001000002-[0-9a-f]+-[0-9a-f]+-[0-9a-f]+\\.jsonl"));
  EXPECT_EQ(parse_s3_record_name(name.text()), name);
}

TEST(S3RecordName, IsTheSameForTheSameRunAndAnotherForAnother) {
  Sample sample;
  const auto name = name_of(sample);
  sample.id = base::random_uuid();
  sample.status = "failure";
  EXPECT_EQ(name_of(sample), name);
  sample.attempt = 2;
  EXPECT_EQ(name_of(sample).series, name.series);
  EXPECT_NE(name_of(sample).identity, name.identity);
  sample.job = "build";
  EXPECT_NE(name_of(sample).series, name.series);
}

TEST(S3RecordName, IsNothingElse) {
  const std::string text = name_of(Sample{}).text();
  for (const std::string& other :
       {std::string(), std::string("2026-11-21"), std::string("2026-11-21/notes.txt"), text + ".jsonl", text.substr(1),
        "x" + text.substr(1), text.substr(0, 11) + "990000000000" + text.substr(23), "2026-13-21" + text.substr(10),
        text.substr(0, text.size() - 7) + "G.jsonl"}) {
    EXPECT_FALSE(parse_s3_record_name(other)) << other;
  }
}

TEST(S3RecordName, TellsWhatASelectionCannotMean) {
  const auto name = name_of(Sample{});
  const auto may = [&](auto change) {
    history_store::Selection selection;
    change(selection);
    return history_store::may_select(selection, name);
  };
  EXPECT_TRUE(may([](auto& s) { s.repository = "o/r"; }));
  EXPECT_FALSE(may([](auto& s) { s.repository = "o/other"; }));
  EXPECT_TRUE(may([](auto& s) { s = history_store::runs_of({"o/r", "ci", "test", ""}); }));
  EXPECT_FALSE(may([](auto& s) { s = history_store::runs_of({"o/r", "ci", "build", ""}); }));
  EXPECT_TRUE(may([](auto& s) { s.job = "build"; })) << "only the row can tell";
  EXPECT_TRUE(may([](auto& s) { s.since = noon(); }));
  EXPECT_FALSE(may([](auto& s) { s.until = noon(); }));
}

}  // namespace
}  // namespace ci::test
