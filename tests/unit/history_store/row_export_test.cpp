// Rows for other programs.
#include "history_store/row_export.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "history_store/document_file.hpp"
#include "history_store/sample_document.hpp"
#include "platform/filesystem.hpp"

namespace ci::test {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

TEST(RowText, JsonHasTheNamesOfTheRecord) {
  const auto document = Sample{.matrix = base::Json::object().set("os", "ubuntu")}.document();
  const auto json = to_json(history_store::row_of(document).value());
  for (const char* name : {"id", "repository", "workflow", "job", "matrix", "run_id", "run_attempt", "branch",
                           "commit_sha", "status", "exit_code", "started_at", "seconds", "runner"})
    EXPECT_EQ(json[name], document[name]) << name;
  EXPECT_EQ(json["metrics"]["package_installation_time"]["unit"].as_string(), "seconds");
}

TEST(RowText, CsvQuotesWhatNeedsItAndDisarmsFormulas) {
  auto row = history_store::row_of(Sample{.job = "a \"b\", c", .branch = "=cmd|' /C calc'!A0"}.document()).value();
  row.failed_steps = {"apt", "smoke"};
  auto other = row;
  other.metrics = {{"-x", {1, ""}}};
  other.seconds = -2.5;
  const auto lines = base::split(history_store::csv({row, other}), '\n');
  ASSERT_THAT(lines, SizeIs(4));
  EXPECT_THAT(lines[0], HasSubstr("failed_steps,metric.-x,metric.package_installation_time\r"));
  EXPECT_THAT(lines[1], HasSubstr(R"(,"a ""b"", c",)"));
  EXPECT_THAT(lines[1], HasSubstr(",'=cmd|' /C calc'!A0,"));
  EXPECT_THAT(lines[1], HasSubstr(",apt smoke,,1.5\r"));
  EXPECT_THAT(lines[2], HasSubstr(",-2.5,")) << "a number stays one";
  EXPECT_THAT(lines[2], HasSubstr(",1,\r"));
}

class DocumentFile : public testing::Test {
 protected:
  std::string ids(const std::string& text) {
    EXPECT_TRUE(platform::write_file(file_, text));
    std::string ids;
    const auto read = history_store::for_each_document(file_, [&](const base::Json& json) -> base::Result<void> {
      ids += json["id"].as_string();
      return {};
    });
    return read ? ids : read.error().message;
  }

  platform::TemporaryFolder folder_ =
      std::move(*platform::TemporaryFolder::make(std::filesystem::temp_directory_path(), "documents."));
  const std::filesystem::path file_ = folder_.path() / "f";
};

TEST_F(DocumentFile, HoldsOneOrManyInAnyForm) {
  EXPECT_EQ(ids(R"({"id": "a"})"), "a");
  EXPECT_EQ(ids("{\n  \"id\": \"a\"\n}\n"), "a");
  EXPECT_EQ(ids(R"([{"id": "a"}, {"id": "b"}])"), "ab");
  EXPECT_EQ(ids("{\"id\": \"a\"}\n\n{\"id\": \"b\"}\n"), "ab");
  EXPECT_EQ(ids("[\n{\"id\": \"a\"},\n{\"id\": \"b\"}\n]\n"), "ab");
  EXPECT_EQ(ids("[\n{\"id\": \"a\"},\n" + std::string(std::size_t{33} << 20, ' ') + "\n{\"id\": \"b\"}\n]\n"), "ab");
  EXPECT_EQ(ids("[]"), "");
  EXPECT_EQ(ids(""), "");
}

TEST_F(DocumentFile, TellsTheLineThatIsWrong) {
  EXPECT_THAT(ids("{\"id\": \"a\"}\n{\"id\": \n"), HasSubstr("f:2: "));
  EXPECT_FALSE(history_store::for_each_document(folder_.path() / "none",
                                                [](const base::Json&) { return base::Result<void>(); }));
}

}  // namespace
}  // namespace ci::test
