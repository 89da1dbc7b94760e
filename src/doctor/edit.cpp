#include "doctor/edit.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ci::doctor {
namespace {

constexpr int kContext = 3;

// The raw line with its end, as it stands in the file.
std::string whole_line(const Source& source, int number) {
  const bool last = number == source.line_count();
  std::string line(source.line(number));
  if (last && !source.ends_with_line_end()) return line;
  return line.append(source.line_end());
}

// One hunk of a diff while it is made.
class Hunk {
 public:
  Hunk(const Source& source, int first_old, int first_new)
      : source_(source), first_old_(first_old), first_new_(first_new) {}

  void keep(int number) {
    put(' ', whole_line(source_, number));
    ++old_;
    ++new_;
  }
  void remove(int number) {
    put('-', whole_line(source_, number));
    ++old_;
  }
  void add(const std::string& line) {
    put('+', line + std::string(source_.line_end()));
    ++new_;
  }
  [[nodiscard]] int growth() const { return new_ - old_; }
  // A side without lines is counted from the line in front of it (POSIX diff, "Diff -u Output Format").
  [[nodiscard]] std::string text() const {
    return fmt::format("@@ -{},{} +{},{} @@\n{}", first_old_ - (old_ == 0 ? 1 : 0), old_,
                       first_new_ - (new_ == 0 ? 1 : 0), new_, lines_);
  }

 private:
  void put(char mark, const std::string& line) {
    lines_ += mark + line;
    if (!line.ends_with('\n')) lines_ += "\n\\ No newline at end of file\n";
  }

  const Source& source_;
  int first_old_;
  int first_new_;
  int old_ = 0;
  int new_ = 0;
  std::string lines_;
};

// A last line without an end gets one when lines are put after it; as a change, the diff shows it.
Edit with_last_line_ended(const Source& source, const Edit& edit) {
  Edit whole = edit;
  const int last = source.line_count();
  const auto behind = std::find_if(whole.begin(), whole.end(), [&](const auto& change) { return change.line > last; });
  if (source.ends_with_line_end() || behind == whole.end()) return whole;
  behind->added.insert(behind->added.begin(), std::string(source.line(last)));
  behind->line = last;
  behind->removed = 1;
  return whole;
}

}  // namespace

std::string edited_text(const Source& source, const Edit& edit) {
  std::string text;
  int next = 1;
  for (const auto& change : with_last_line_ended(source, edit)) {
    for (; next < change.line; ++next) text += whole_line(source, next);
    for (const auto& line : change.added) text.append(line).append(source.line_end());
    next += change.removed;
  }
  for (; next <= source.line_count(); ++next) text += whole_line(source, next);
  return text;
}

std::string unified_diff(const Source& source, const Edit& edit) {
  const Edit changes = with_last_line_ended(source, edit);
  std::string text = fmt::format("--- a/{0}\n+++ b/{0}\n", source.path());
  int shift = 0;  // by how much the lines so far have moved
  for (std::size_t i = 0; i < changes.size();) {
    int next = std::max(changes[i].line - kContext, 1);
    Hunk hunk(source, next, next + shift);
    for (bool more = true; more;) {
      const auto& change = changes[i++];
      for (; next < change.line; ++next) hunk.keep(next);
      for (int removed = 0; removed < change.removed; ++removed) hunk.remove(next++);
      for (const auto& line : change.added) hunk.add(line);
      more = i < changes.size() && changes[i].line <= next + 2 * kContext;
    }
    for (const int end = std::min(next + kContext - 1, source.line_count()); next <= end;) hunk.keep(next++);
    shift += hunk.growth();
    text += hunk.text();
  }
  return text;
}

}  // namespace ci::doctor
