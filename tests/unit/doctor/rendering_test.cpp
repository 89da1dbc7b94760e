#include "doctor/rendering.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"
#include "doctor/check_scene.hpp"

namespace ci::doctor {
namespace {

using test::workflow;

const platform::Terminal kPlain;
const platform::Terminal kColoured{false, true, 0};

Examination examination_of(const std::string& text) {
  Examination examination;
  examination.files = {"ci.yml"};
  examination.findings = examined_text("ci.yml", text).value();
  return examination;
}

const std::string kTwo =
    workflow("      - uses: some/thing@v1\n      - uses: actions/cache@v1\n        with: {path: x, key: y-1}\n");

TEST(Rendering, TextShowsPlaceEvidenceAdviceAndEdit) {
  const auto text =
      readable_text(examination_of(kTwo), {{"disk", Severity::note, "1.0 GB free", "remove things"}}, kPlain);
  for (const char* part :
       {"ci.yml\n  8:15     warning  unpinned-action\n      > - uses: some/thing@v1\n      some/thing is ",
        "  9:15     error    retired-action\n", "      | -      - uses: actions/cache@v1\n",
        "      | +      - uses: actions/cache@v4\n", "disk          1.0 GB free  note", "\n-> disk: remove things\n",
        "1 error, 1 warning, 1 note in 1 file\n"})
    EXPECT_NE(text.find(part), std::string::npos) << part << "in\n" << text;
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(Rendering, ColoursAddToTheTextAndTakeNothingAway) {
  const auto plain = readable_text(examination_of(kTwo), {}, kPlain);
  auto coloured = readable_text(examination_of(kTwo), {}, kColoured);
  EXPECT_NE(coloured, plain);
  for (auto at = coloured.find('\x1b'); at != std::string::npos; at = coloured.find('\x1b'))
    coloured.erase(at, coloured.find('m', at) - at + 1);
  EXPECT_EQ(coloured, plain);
}

TEST(Rendering, NoLineCanBeACommandToTheRunnerOrTheTerminal) {
  const auto examination = examination_of(
      workflow("      - uses: \"x/y@\\e[2J\\n::error::z ##[error]\"\n      - run: |\n          ##[add-path]x\n"
               "          apt-get install x # \x1b]0;title\x07\n          ::set-env name=a::b\n"));
  ASSERT_FALSE(examination.findings.empty());
  for (const auto& text : {readable_text(examination, {}, kPlain), finding_lines(examination)}) {
    EXPECT_EQ(text.find_first_of("\x1b\x07\r"), std::string::npos) << text;
    EXPECT_EQ(text.find("##["), std::string::npos) << text;
    EXPECT_EQ(text.find("\n::"), std::string::npos) << text;
    EXPECT_EQ(text.find("\n      ::"), std::string::npos) << text;
  }
}

TEST(Rendering, WordsStayInsideOfTheTerminal) {
  const auto text = readable_text(examination_of(workflow("      - uses: some/thing@v1\n")), {}, {true, false, 60});
  EXPECT_NE(text, readable_text(examination_of(workflow("      - uses: some/thing@v1\n")), {}, kPlain));
  for (const auto& line : base::split(text, '\n')) EXPECT_LE(line.size(), 60U) << line;
}

TEST(Rendering, LinesAreThoseOfCompilers) {
  EXPECT_EQ(finding_lines(examination_of(kTwo)).find("ci.yml:8:15: warning: unpinned-action: some/thing is "), 0U);
}

TEST(Rendering, JsonHasEverythingIncludingTheEditByteByByte) {
  const auto examination = examination_of(kTwo);
  const auto json = base::parse_json(json_document(examination, {{"disk", std::nullopt, "x", ""}}).compact());
  ASSERT_TRUE(json.has_value());
  const auto& findings = (*json)["findings"].items();
  ASSERT_EQ(findings.size(), 3U);
  EXPECT_EQ(findings[0]["check"].as_string(), "unpinned-action");
  EXPECT_FALSE(findings[0].contains("edit"));
  EXPECT_EQ(findings[1]["severity"].as_string(), "error");
  EXPECT_EQ(findings[1]["line"].as_integer(), 9);
  EXPECT_EQ(findings[1]["edit"].as_string(), examination.findings[1].diff);
  EXPECT_EQ((*json)["counts"]["error"].as_integer(), 1);
  EXPECT_EQ((*json)["machine"].items()[0]["severity"].as_string(), "ok");
}

}  // namespace
}  // namespace ci::doctor
