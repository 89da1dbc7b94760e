#include "statistics/strata.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ci::statistics {

std::string_view word(CacheResult result) {
  switch (result) {
    case CacheResult::none:
      return "none";
    case CacheResult::hit:
      return "hit";
    case CacheResult::prefix:
      return "prefix";
    case CacheResult::miss:
      return "miss";
  }
  return "";
}

CacheResult worst(std::span<const CacheResult> results) {
  return results.empty() ? CacheResult::none : *std::max_element(results.begin(), results.end());
}

std::string Stratum::key() const {
  std::string text;
  // With its length in front no field can run into the next.
  const auto add = [&](std::string_view field) { text += fmt::format("{}:{}", field.size(), field); };
  for (const auto* field : {&repository, &workflow, &job}) add(*field);
  add(std::to_string(matrix.size()));
  for (const auto& [name, value] : matrix) {
    add(name);
    add(value);
  }
  for (const auto* field : {&step, &os, &architecture, &image, &tier}) add(*field);
  add(word(cache));
  return text;
}

std::string Stratum::label() const {
  std::string text = workflow.empty() ? job : fmt::format("{} / {}", workflow, job);
  std::string values;
  for (const auto& [name, value] : matrix) values += fmt::format("{}{}={}", values.empty() ? "" : ", ", name, value);
  if (!values.empty()) text += fmt::format(" ({})", values);
  if (!step.empty()) text += ", step " + step;
  std::string runner;
  for (const auto* field : {&os, &architecture, &image}) {
    if (!field->empty()) runner += fmt::format("{}{}", runner.empty() ? "" : " ", *field);
  }
  if (!runner.empty()) text += ", " + runner;
  if (!tier.empty()) text += ", packages " + tier;
  if (cache != CacheResult::none) text += fmt::format(", cache {}", word(cache));
  return text;
}

bool is_baseline(const Standing& standing) {
  return standing.default_branch && standing.attempt == 1 && standing.succeeded;
}

}  // namespace ci::statistics
