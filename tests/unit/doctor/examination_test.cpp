#include "doctor/examination.hpp"

#include <gtest/gtest.h>

#include "doctor/check_scene.hpp"
#include "doctor/processor_time.hpp"
#include "platform/filesystem.hpp"

namespace ci::doctor {
namespace {

namespace fs = std::filesystem;
using test::workflow;

class Folder {
 public:
  Folder() : folder_(*platform::TemporaryFolder::make(fs::temp_directory_path(), "doctor-")) {}
  [[nodiscard]] fs::path at(const std::string& name) const { return folder_.path() / name; }
  void write(const std::string& name, const std::string& text) const {
    ASSERT_TRUE(platform::write_file(at(name), text).has_value());
  }

 private:
  platform::TemporaryFolder folder_;
};

std::string repeated(std::string_view text, std::size_t bytes) {
  std::string whole;
  while (whole.size() + text.size() <= bytes) whole += text;
  return whole;
}

TEST(Examination, OfARepositoryReadsItsWorkflowsAndActions) {
  const Folder folder;
  folder.write(".github/workflows/b.yml", workflow("      - run: x\n"));
  folder.write(".github/workflows/a.yaml", workflow("      - uses: a/b@v1\n"));
  folder.write(".github/workflows/notes.txt", "jobs: {");
  folder.write(".github/actions/setup/action.yml", "runs: {using: node16, main: x}\n");
  folder.write("action.yml", "runs: {using: node20, main: x}\n");
  folder.write("other.yml", "jobs: {}\n");
  const auto examination = examine(folder.at(""));
  ASSERT_TRUE(examination.has_value());
  EXPECT_EQ(examination->files, (std::vector<std::string>{".github/workflows/a.yaml", ".github/workflows/b.yml",
                                                          ".github/actions/setup/action.yml", "action.yml"}));
  std::vector<std::string> found;
  for (const auto& finding : examination->findings) found.push_back(finding.file + " " + finding.check);
  EXPECT_EQ(found,
            (std::vector<std::string>{".github/workflows/a.yaml unpinned-action",
                                      ".github/actions/setup/action.yml retired-node", "action.yml retired-node"}));
}

TEST(Examination, OfAFolderOfWorkflowsOrOfOneFileWorksToo) {
  const Folder folder;
  folder.write("one.yml", workflow("      - uses: a/b@v1\n"));
  folder.write("configuration.yml", "version: 1\n");
  const auto all = examine(folder.at(""));
  ASSERT_TRUE(all.has_value());
  EXPECT_EQ(all->findings.size(), 1U);
  const auto one = examine(folder.at("one.yml"));
  ASSERT_TRUE(one.has_value());
  EXPECT_EQ(one->findings.size(), 1U);
  EXPECT_EQ(all->files, std::vector<std::string>{"one.yml"});
  const auto other = examine(folder.at("configuration.yml"));
  ASSERT_FALSE(other.has_value());
  EXPECT_EQ(other.error().kind, base::ErrorKind::data);
  const auto none = examine(folder.at("none.yml"));
  ASSERT_FALSE(none.has_value());
  EXPECT_EQ(none.error().kind, base::ErrorKind::io);
}

TEST(Examination, WhatCannotBeReadIsAFindingAndStopsNothing) {
  const Folder folder;
  folder.write(".github/workflows/a.yml", repeated("# large\n", (1 << 20) + 100));
  folder.write(".github/workflows/b.yml", "a: [");
  folder.write(".github/workflows/c.yml", workflow("      - uses: a/b@v1\n"));
  const auto examination = examine(folder.at(""));
  ASSERT_TRUE(examination.has_value());
  ASSERT_EQ(examination->findings.size(), 3U);
  EXPECT_EQ(examination->findings[0].check, "broken-yaml");
  EXPECT_EQ(examination->findings[1].check, "broken-yaml");
  EXPECT_EQ(examination->findings[2].check, "unpinned-action");
}

TEST(Examination, HostileFilesAreReadInBoundedTimeAndGiveABoundedNumberOfFindings) {
  constexpr std::size_t kBytes = 1'000'000;
  const std::string deep_script = "      - run: |\n";
  const std::vector<std::string> texts = {
      repeated("[", kBytes),
      repeated("- ", kBytes),
      workflow("      - run: \"" + repeated("${{ github.head_ref }} ", kBytes) + "\"\n"),
      workflow("      - run: ${{ github.head_ref }} " + repeated("${{inputs.a}} ", kBytes) + "\n"),
      workflow(deep_script + repeated("          apt-get install x${{ inputs.x }}\n", kBytes)),
      workflow(deep_script + repeated("          echo ::set-output name=a::b\n", kBytes)),
      workflow(repeated("      - run: apt-get install x\n", kBytes)),
      workflow(repeated("      - uses: a/b@v1\n", kBytes)),
      workflow(
          repeated("      - uses: actions/cache@v1\n        with: {path: '~', key: '${{ github.sha }}'}\n", kBytes)),
      "on: pull_request\njobs:\n" +
          [] {
            std::string jobs;
            for (int i = 0; jobs.size() < kBytes; ++i)
              jobs +=
                  "  j" + std::to_string(i) + ":\n    runs-on: x\n    steps: [{run: apt-get install x && go build}]\n";
            return jobs;
          }(),
      "on: push\njobs: &a {x: *a}\n",
      "on: push\njobs: &a\n  b: {steps: [&s {run: apt-get install x}, *s, *s]}\n",
      std::string("on: push\njobs:\n  a:\n    steps:\n      - run: \xff\xfe\x01\x1b[31m apt-get install x\n"),
      "jobs: [1, 2]\nruns: 3\non: {push: {}}\n",
      "jobs:\n  a: b\n  c: [d]\n  e:\n    steps: {f: g}\n  h:\n    steps: [i, [j], {run: [k], uses: {l: m}, with: n, "
      "env: o}]\n",
      "? {a: b}\n: c\n",
      "\xef\xbb\xbfjobs:\r\n  a:\r\n    runs-on: x\r\n    steps:\r\n      - run: apt-get install x\r\n",
  };
  for (const auto& text : texts) {
    std::optional<std::vector<Finding>> findings;
    EXPECT_LT(test::processor_seconds([&] { findings = examined_text("x.yml", text); }), 3.0) << text.substr(0, 200);
    EXPECT_LE(findings.value_or(std::vector<Finding>()).size(), 25 * Findings::kMost);
  }
}

TEST(Examination, EditsOfFlowStyleAreLeftToTheReader) {
  const auto findings = test::found("job-no-timeout", "on: push\njobs: {a: {runs-on: x, steps: []}}\n");
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_TRUE(findings.front().edit.empty());
}

TEST(Examination, EditsOfFilesWithCarriageReturnsKeepThem) {
  const std::string text = "on: push\r\njobs:\r\n  a:\r\n    runs-on: x\r\n    steps: []\r\n";
  const auto findings = test::found("job-no-timeout", text);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_NE(test::mended(text, findings.front()).find("    timeout-minutes: 30\r\n"), std::string::npos);
}

}  // namespace
}  // namespace ci::doctor
