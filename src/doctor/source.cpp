#include "doctor/source.hpp"

#include <algorithm>
#include <utility>

namespace ci::doctor {

Source::Source(std::string path, std::string text) : path_(std::move(path)), text_(std::move(text)) {
  for (std::size_t start = 0; start < text_.size();) {
    starts_.push_back(start);
    const auto end = text_.find('\n', start);
    if (end == std::string::npos) break;
    if (starts_.size() == 1 && end > 0 && text_[end - 1] == '\r') line_end_ = "\r\n";
    start = end + 1;
  }
}

std::string_view Source::line(int number) const {
  if (number < 1 || number > line_count()) return {};
  const auto start = starts_[static_cast<std::size_t>(number) - 1];
  const auto end = std::min(text_.find('\n', start), text_.size());
  std::string_view line(text_.data() + start, end - start);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

int Source::indent(int number) const {
  const auto text = line(number);
  return static_cast<int>(std::min(text.find_first_not_of(' '), text.size()));
}

std::string_view Source::rest(base::Position at) const {
  const auto text = line(at.line);
  const auto column = static_cast<std::size_t>(std::max(at.column, 1)) - 1;
  return column < text.size() ? text.substr(column) : std::string_view{};
}

}  // namespace ci::doctor
