#pragma once
// A file as its lines: what findings point at and edits change.
#include <string>
#include <string_view>
#include <vector>

#include "base/yaml.hpp"

namespace ci::doctor {

class Source {
 public:
  // `path` is what is shown: relative to the folder that is looked at.
  Source(std::string path, std::string text);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] int line_count() const { return static_cast<int>(starts_.size()); }
  // Line `number`, from 1, without its end; "" when there is no such line.
  [[nodiscard]] std::string_view line(int number) const;
  // How many blanks line `number` begins with.
  [[nodiscard]] int indent(int number) const;
  // The text from `at` to the end of its line; "" when there is no such place.
  [[nodiscard]] std::string_view rest(base::Position at) const;
  // What ends the lines: "\n", or "\r\n" when the first line ends so.
  [[nodiscard]] std::string_view line_end() const { return line_end_; }
  // Whether the last line has an end too.
  [[nodiscard]] bool ends_with_line_end() const { return text_.empty() || text_.back() == '\n'; }

 private:
  std::string path_;
  std::string text_;
  std::vector<std::size_t> starts_;  // offset of each line
  std::string_view line_end_ = "\n";
};

}  // namespace ci::doctor
