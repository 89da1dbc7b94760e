#include "action/file_commands.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "action/outputs.hpp"
#include "platform/filesystem.hpp"
#include "report/sample_record.hpp"
#include "report/summary.hpp"

namespace ci::action {
namespace {

// Reads entries as the runner does (FileCommandManager.cs): an entry ends at a line equal to its delimiter.
std::map<std::string, std::string> as_the_runner_reads(std::string_view text) {
  std::map<std::string, std::string> read;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    const auto mark = line.find("<<");
    const std::string end = "\n" + std::string(line.substr(mark + 2)) + "\n";
    const auto stop = text.find(end, line.size());
    EXPECT_NE(stop, std::string_view::npos);
    if (stop == std::string_view::npos) return read;
    const auto begin = std::min(line.size() + 1, stop);
    read[std::string(line.substr(0, mark))] = text.substr(begin, stop - begin);
    text.remove_prefix(stop + end.size());
  }
  return read;
}

class FileCommandsTest : public testing::Test {
 protected:
  std::string text() const { return *platform::read_file(file_); }

  platform::TemporaryFolder folder_ =
      std::move(*platform::TemporaryFolder::make(std::filesystem::temp_directory_path(), "action-"));
  std::filesystem::path file_ = folder_.path() / "file";
};

TEST_F(FileCommandsTest, NoValueCanForgeAnotherOutput) {
  const std::map<std::string, std::string> values = {
      {"a", "x\nEOF\nevil=pwned\nz<<EOF\n"}, {"b", ""}, {"c", "no end"}, {"d", "ends\n"}};
  ASSERT_TRUE(append_outputs(file_, values));
  EXPECT_EQ(as_the_runner_reads(text()), values);
}

TEST_F(FileCommandsTest, DelimitersAreNeverTheSame) {
  EXPECT_NE(file_entry("a", "b"), file_entry("a", "b"));
}

TEST_F(FileCommandsTest, BeginsOnALineOfItsOwn) {
  ASSERT_TRUE(platform::write_file(file_, "left=open"));
  ASSERT_TRUE(append_outputs(file_, {{"a", "b"}}));
  EXPECT_THAT(text(), testing::StartsWith("left=open\na<<"));
}

TEST_F(FileCommandsTest, TheSummaryCountsWhatIsThereAlready) {
  ASSERT_TRUE(platform::write_file(file_, std::string(990'000, 'x')));
  auto record = test::succeeded();
  for (int i = 0; i < 2'000; ++i) record.apt->packages.push_back(test::package("p" + std::to_string(i), i, false));
  ASSERT_TRUE(append_summary(file_, record, nullptr));
  EXPECT_LE(text().size(), report::kSummaryBudget);
  EXPECT_THAT(text(), testing::HasSubstr("\n### ✅ "));
  ASSERT_TRUE(platform::write_file(file_, std::string(999'500, 'x')));
  EXPECT_FALSE(append_summary(file_, record, nullptr));
}

TEST(Outputs, AreAllThereWithWordsThatExpressionsCanUse) {
  const auto made = outputs(test::succeeded());
  std::vector<std::string> names;
  for (const auto& [name, value] : made) names.push_back(name);
  EXPECT_THAT(names, testing::UnorderedElementsAre("status", "exit-code", "reason", "tier", "cache-key", "cache-hit",
                                                   "matched-key", "packages-seconds", "seconds-saved", "go-modules-hit",
                                                   "go-build-hit", "binary-hit", "binary-path", "smoke-status",
                                                   "check-run-url", "record-path", "report-path"));
  EXPECT_EQ(made.at("status"), "success");
  EXPECT_EQ(made.at("exit-code"), "0");
  EXPECT_EQ(made.at("reason"), "");
  EXPECT_EQ(outputs(test::failed()).at("reason"), test::failed().problems.back().message);
  EXPECT_EQ(made.at("packages-seconds"), "3.100");
  EXPECT_EQ(made.at("smoke-status"), "passed");
  EXPECT_EQ(made.at("cache-hit"), "false");
  EXPECT_EQ(outputs(test::failed()).at("smoke-status"), "failed");
  EXPECT_EQ(outputs(history::Record{}).at("smoke-status"), "skipped");
  EXPECT_EQ(outputs(history::Record{}).at("exit-code"), "");
}

}  // namespace
}  // namespace ci::action
