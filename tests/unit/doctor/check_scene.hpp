#pragma once
// A file as text, and what the checks say of it.
#include <algorithm>
#include <string>
#include <vector>

#include "doctor/examination.hpp"

namespace ci::test {

// The findings of `check` in `text`.
inline std::vector<doctor::Finding> found(std::string_view check, const std::string& text) {
  std::vector<doctor::Finding> mine;
  auto all = doctor::examined_text("ci.yml", text).value();
  for (auto& finding : all) {
    if (finding.check == check) mine.push_back(std::move(finding));
  }
  return mine;
}

// `text` with the edit of `finding`.
inline std::string mended(const std::string& text, const doctor::Finding& finding) {
  return doctor::edited_text(doctor::Source("ci.yml", text), finding.edit);
}

// The places of `findings`: "line:column severity", joined by blanks.
inline std::string places(const std::vector<doctor::Finding>& findings) {
  std::string text;
  for (const auto& finding : findings) {
    text += (text.empty() ? "" : " ") + std::to_string(finding.at.line) + ":" + std::to_string(finding.at.column) +
            " " + std::string(doctor::word(finding.severity));
  }
  return text;
}

// A workflow of one job with the steps `steps`, which begin with "      - "; nothing else of it is found.
inline std::string workflow(const std::string& steps, const std::string& on = "push") {
  return "on: " + on +
         "\npermissions: {}\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 90\n    steps:\n" + steps;
}

constexpr int kFirstStep = 8;  // its line in workflow()

}  // namespace ci::test
