#include "report/html_marks.hpp"

#include <fmt/format.h>

#include <array>

namespace ci::report {
namespace {

using history::JobStatus;
using history::SmokeStatus;

struct Shape {
  std::string_view id;
  std::string_view fill;    // what is filled with the tone
  std::string_view stroke;  // what is drawn in the tone
  std::string_view inner;   // what is drawn over it in the colour of the ground
};

// In a square of 16.
constexpr std::array kShapes = {
    Shape{"tick", "M8 1a7 7 0 1 0 0 14A7 7 0 1 0 8 1Z", "", "M4.8 8.3 7.1 10.6 11.3 5.9"},
    Shape{"cross", "", "M3 3 13 13M13 3 3 13", ""},
    Shape{"clock", "", "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 1 0 8 1.8ZM8 4.6V8.2L10.6 9.8", ""},
    Shape{"square", "", "M3 3H13V13H3Z", ""},
    Shape{"ring", "", "M8 3a5 5 0 1 0 0 10A5 5 0 1 0 8 3Z", ""},
    Shape{"half", "M8 2.5a5.5 5.5 0 0 0 0 11Z", "M8 2.5a5.5 5.5 0 1 0 0 11A5.5 5.5 0 1 0 8 2.5Z", ""},
    Shape{"dash", "", "M3 8H13", ""},
    Shape{"triangle", "M8 1.2 15.4 14.4H.6Z", "", "M8 5.6V9.6M8 11.4V12.6"}};

}  // namespace

Mark mark(JobStatus status) {
  switch (status) {
    case JobStatus::success:
      return {"tick", "good", "success"};
    case JobStatus::failure:
      return {"cross", "bad", "failure"};
    case JobStatus::timed_out:
      return {"clock", "bad", "timed out"};
    case JobStatus::cancelled:
      return {"square", "odd", "cancelled"};
    case JobStatus::pending:
      return {"ring", "calm", "pending"};
    case JobStatus::running:
      return {"half", "calm", "running"};
    case JobStatus::skipped:
      return {"dash", "calm", "skipped"};
  }
  return {};
}

Mark mark(SmokeStatus status) {
  switch (status) {
    case SmokeStatus::passed:
      return {"tick", "good", "passed"};
    case SmokeStatus::failed:
      return {"cross", "bad", "failed"};
    case SmokeStatus::timed_out:
      return {"clock", "bad", "timed out"};
    case SmokeStatus::skipped:
      return {"dash", "calm", "skipped"};
  }
  return {};
}

Mark mark(history::PackageStatus status) {
  switch (status) {
    case history::PackageStatus::installed:
      return {"tick", "good", "installed"};
    case history::PackageStatus::failed:
      return {"cross", "bad", "failed"};
    case history::PackageStatus::pending:
      return {"ring", "calm", "pending"};
  }
  return {};
}

Mark mark(history::Verdict verdict) {
  switch (verdict) {
    case history::Verdict::met:
      return {"tick", "good", "met"};
    case history::Verdict::missed:
      return {"triangle", "odd", "missed"};
    case history::Verdict::unknown:
      return {"dash", "calm", "not judged"};
  }
  return {};
}

Mark mark(history::Problem::Level level) {
  if (level == history::Problem::Level::failure) return {"cross", "bad", "failure"};
  return {"triangle", "odd", "warning"};
}

Mark outcome_mark(const std::string& outcome) {
  if (outcome == "exact") return {"tick", "good", "exact"};
  if (outcome == "prefix") return {"half", "good", "prefix"};
  if (outcome == "miss") return {"ring", "odd", "miss"};
  return {"dash", "calm", outcome};
}

Mark result_mark(const std::string& result) {
  if (result == "success") return {"tick", "good", "success"};
  if (result == "failure") return {"cross", "bad", "failure"};
  if (result == "cancelled") return {"square", "odd", "cancelled"};
  return {"dash", "calm", result};
}

void write_shapes(HtmlWriter& page) {
  page.open("svg", {{"class", "shapes"}, {"width", "0"}, {"height", "0"}, {"aria-hidden", "true"}});
  page.open("defs");
  for (const auto& [id, fill, stroke, inner] : kShapes) {
    page.open("symbol", {{"id", std::string(id)}, {"viewBox", "0 0 16 16"}});
    if (!fill.empty()) page.element("path", "", {{"class", "filled"}, {"d", std::string(fill)}});
    if (!stroke.empty()) page.element("path", "", {{"class", "drawn"}, {"d", std::string(stroke)}});
    if (!inner.empty()) page.element("path", "", {{"class", "inner"}, {"d", std::string(inner)}});
    page.close();
  }
  // What is no time of a step, and a cache that came under a restore key: never told by colour alone.
  page.open("pattern", {{"id", "hatch"}, {"width", "6"}, {"height", "6"}, {"patternUnits", "userSpaceOnUse"}});
  page.element("path", "", {{"class", "hatch"}, {"d", "M-1 7 7 -1M-1 1 1 -1M5 7 7 5"}}).close();
  page.open("pattern", {{"id", "dots"}, {"width", "5"}, {"height", "5"}, {"patternUnits", "userSpaceOnUse"}});
  page.element("rect", "", {{"class", "good ground"}, {"width", "5"}, {"height", "5"}});
  page.element("circle", "", {{"class", "dot"}, {"cx", "2.5"}, {"cy", "2.5"}, {"r", "1.2"}}).close();
  page.close().close();
}

void write_mark(HtmlWriter& page, const Mark& mark) {
  page.open("span", {{"class", "mark"}});
  page.open("svg", {{"class", fmt::format("shape {}", mark.tone)}, {"aria-hidden", "true"}});
  page.element("use", "", {{"href", fmt::format("#{}", mark.shape)}}).close();
  page.element("span", mark.word).close();
}

void write_point(HtmlWriter& page, const Mark& mark, const Point& point) {
  const auto size = fmt::format("{}", point.size);
  page.element("use", "",
               {{"class", std::string(mark.tone)},
                {"href", fmt::format("#{}", mark.shape)},
                {"x", point.x},
                {"y", fmt::format("{:.1f}", point.y - point.size / 2)},
                {"width", size},
                {"height", size},
                {"transform", fmt::format("translate({} 0)", -point.size / 2)}});
}

}  // namespace ci::report
