#pragma once
// A Markdown page that fits into a number of bytes.
#include <string>
#include <vector>

namespace ci::report {

// A part of a page that is cut only between its rows.
struct Section {
  std::string name;  // for the line that says what was cut
  std::string head;  // the heading and, for a table, its first two lines
  std::vector<std::string> rows;
  std::string tail;
  int priority = 0;  // the lowest gets its space first
};

// Returns the sections in their order, in at most `budget` bytes. What does not fit is cut row by row, from the section
// with the highest priority number on, and a line in its place says how many rows were cut.
std::string fit(const std::vector<Section>& sections, std::size_t budget);

}  // namespace ci::report
