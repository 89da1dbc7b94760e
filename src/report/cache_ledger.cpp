#include "report/cache_ledger.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/text.hpp"
#include "report/markdown.hpp"

namespace ci::report {
namespace {

constexpr std::size_t kLongestStory = 500;

std::string story(const history::CacheOutcome& cache) {
  std::string text = cache.outcome;
  if (!cache.reason.empty()) text += ": " + cache.reason;
  return escaped_part(text, kLongestStory);
}

std::string size(const history::CacheOutcome& cache) {
  if (cache.bytes <= 0) return "";
  std::string text = base::human_bytes(cache.bytes);
  if (cache.base_bytes > 0) text += " over " + base::human_bytes(cache.base_bytes);
  return text;
}

std::string time(double seconds) {
  return seconds > 0 ? base::human_seconds(seconds) : "";
}

// "12 of 14"
std::string hits(const history::CacheOutcome& cache, const insight::Insight* insight) {
  if (insight == nullptr) return "";
  for (const auto& line : insight->caches) {
    if (line.name == cache.name && line.hits.trials > 0)
      return fmt::format("{} of {}", line.hits.successes, line.hits.trials);
  }
  return "";
}

std::string row(const history::CacheOutcome& cache, const insight::Insight* insight) {
  const auto net = insight::net_seconds(cache);
  return fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", escaped_part(cache.name, kLongestStory), story(cache),
                     size(cache), hits(cache, insight), time(cache.restore_seconds), time(cache.save_seconds),
                     net ? signed_seconds(*net) : "");
}

}  // namespace

std::string signed_seconds(double seconds) {
  return (seconds < 0 ? "−" : "") + base::human_seconds(std::abs(seconds));
}

Section cache_ledger(const std::vector<history::CacheOutcome>& caches, const insight::Insight* insight) {
  Section section{"Caches",
                  "\n#### Caches\n\n| Cache | Outcome | Size | Hits | Restored in | Saved in | Net saving |\n"
                  "| --- | --- | ---: | ---: | ---: | ---: | ---: |\n",
                  {},
                  "",
                  2};
  std::optional<double> sum;
  for (const auto& cache : caches) {
    section.rows.push_back(row(cache, insight));
    if (const auto net = insight::net_seconds(cache)) sum = sum.value_or(0) + *net;
  }
  if (sum && caches.size() > 1) section.tail = fmt::format("| **all** | | | | | | **{}** |\n", signed_seconds(*sum));
  return section;
}

}  // namespace ci::report
