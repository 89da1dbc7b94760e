#pragma once
// A log that keeps every message for the test to read.
#include <string>
#include <vector>

#include "platform/log.hpp"

namespace ci::test {

class RecordingLog final : public platform::Log {
 public:
  void error(const base::Error& error) override { errors.push_back(error); }
  void warning(std::string_view message) override { warnings.emplace_back(message); }
  void info(std::string_view message) override { infos.emplace_back(message); }
  void detail(std::string_view message) override { details.emplace_back(message); }
  void tool_line(std::string_view line) override { tool_lines.emplace_back(line); }
  void begin_group(std::string_view title) override {
    groups.emplace_back(title);
    ++open_groups;
  }
  void end_group() override { --open_groups; }
  void progress(std::string_view what, double /*part*/) override { progress_of.emplace_back(what); }
  void end_progress() override { progress_of.emplace_back(""); }

  std::vector<base::Error> errors;
  std::vector<std::string> warnings;
  std::vector<std::string> infos;
  std::vector<std::string> details;
  std::vector<std::string> tool_lines;
  std::vector<std::string> groups;  // titles
  int open_groups = 0;
  std::vector<std::string> progress_of;  // what was drawn; "" when it was taken away
};

}  // namespace ci::test
