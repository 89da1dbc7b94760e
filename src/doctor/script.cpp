#include "doctor/script.hpp"

#include <algorithm>
#include <iterator>

namespace ci::doctor {

Script::Script(const Source& source, const base::YamlNode& value) : source_(source), value_(value) {
  const auto written = source.rest(value.at);
  const bool one_line = value.text.find('\n') == std::string::npos;
  if (written.starts_with('|')) form_ = Form::literal;
  for (auto end = value.text.find('\n'); end != std::string::npos; end = value.text.find('\n', end + 1))
    starts_.push_back(end + 1);
  if (!value.text.empty() && one_line && !value.quoted && written.starts_with(value.text)) form_ = Form::plain;
}

base::Position Script::place(std::size_t offset) const {
  return exact_place(offset).value_or(value_.at);
}

std::optional<base::Position> Script::exact_place(std::size_t offset) const {
  const std::string_view text = value_.text;
  offset = std::min(offset, text.size());
  if (form_ == Form::plain) return base::Position{value_.at.line, value_.at.column + static_cast<int>(offset)};
  if (form_ != Form::literal) return std::nullopt;
  const auto next = std::upper_bound(starts_.begin(), starts_.end(), offset);
  const auto begin = *std::prev(next);  // the first line starts at 0
  const auto line_text = text.substr(begin, std::min(text.find('\n', offset), text.size()) - begin);
  const int line = value_.at.line + static_cast<int>(next - starts_.begin());
  const auto written = source_.line(line);
  if (!written.ends_with(line_text)) return std::nullopt;
  return base::Position{line, static_cast<int>(written.size() - line_text.size() + offset - begin) + 1};
}

std::optional<LineChange> Script::replaced(std::size_t offset, std::size_t size, std::string_view text) const {
  const auto at = exact_place(offset);
  // A plain scalar that began with a quote would be read as a quoted one.
  if (!at || (form_ == Form::plain && offset == 0 && (text.empty() || text.front() == '"'))) return std::nullopt;
  if (offset + size > value_.text.size()) return std::nullopt;
  return text_instead(source_, *at, std::string_view(value_.text).substr(offset, size), text);
}

}  // namespace ci::doctor
