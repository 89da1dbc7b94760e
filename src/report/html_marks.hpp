#pragma once
// How a state looks on the HTML page: a shape, a tone and a word, so that none of them has to be seen to know it.
#include <string>
#include <string_view>

#include "history/record.hpp"
#include "report/html_writer.hpp"

namespace ci::report {

struct Mark {
  std::string_view shape;  // of a drawing that write_shapes() has defined
  std::string_view tone;   // a class of the style sheet: good, bad, odd or calm
  std::string word;
};

Mark mark(history::JobStatus status);
Mark mark(history::SmokeStatus status);
Mark mark(history::PackageStatus status);
Mark mark(history::Verdict verdict);
Mark mark(history::Problem::Level level);
// Of CacheOutcome::outcome.
Mark outcome_mark(const std::string& outcome);
// Of a needed job's result, in GitHub's words.
Mark result_mark(const std::string& result);

// Defines the shapes, once a page.
void write_shapes(HtmlWriter& page);

// The shape and the word, in a line of text.
void write_mark(HtmlWriter& page, const Mark& mark);

// Where a shape's middle is within an <svg>: "12.5%" from the left, pixels from above; and its size in pixels.
struct Point {
  std::string x;
  double y = 0;
  double size = 10;
};

// The shape alone.
void write_point(HtmlWriter& page, const Mark& mark, const Point& point);

}  // namespace ci::report
