#pragma once
// The few lines of a record that belong in front of everybody's eyes.
#include <string>
#include <vector>

#include "history/record.hpp"

namespace ci::report {

struct Annotation {
  enum class Level { failure, warning, notice };  // the gravest first
  Level level = Level::notice;
  std::string title;
  std::string message;
  std::string path;  // in the repository; "" when it belongs to no file
  int start_line = 1;
  int end_line = 1;
};

// Returns one annotation for each problem of the record (a failed smoke test and a missed budget are problems too),
// the gravest first, else in the record's order.
std::vector<Annotation> annotations(const history::Record& record);

}  // namespace ci::report
