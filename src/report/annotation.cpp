#include "report/annotation.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace ci::report {
namespace {

using history::Problem;

Annotation annotation(const Problem& problem) {
  Annotation made;
  made.level = problem.level == Problem::Level::failure ? Annotation::Level::failure : Annotation::Level::warning;
  made.title = fmt::format("{}: {}", problem.step, problem.kind);
  if (!problem.phase.empty()) made.title += fmt::format(" ({})", problem.phase);
  made.message = problem.message;
  if (!problem.hint.empty()) made.message += "\nhint: " + problem.hint;
  return made;
}

}  // namespace

std::vector<Annotation> annotations(const history::Record& record) {
  std::vector<Annotation> made;
  for (const auto& problem : record.problems) made.push_back(annotation(problem));
  std::stable_sort(made.begin(), made.end(), [](const auto& a, const auto& b) { return a.level < b.level; });
  return made;
}

}  // namespace ci::report
