#include "cache/superseded.hpp"

#include <algorithm>
#include <map>

namespace ci::cache {
namespace {

constexpr std::size_t kShortestHash = 7;  // as Git abbreviates

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// A hash, a number or a time: hexadecimal digits, and "T" and "." as times have them, with a decimal digit.
bool is_of_one_run(std::string_view part) {
  const auto may_be = [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == 'T' || c == '.';
  };
  if (part.empty() || !std::all_of(part.begin(), part.end(), may_be)) return false;
  if (std::all_of(part.begin(), part.end(), is_digit)) return true;
  return part.size() >= kShortestHash && std::any_of(part.begin(), part.end(), is_digit);
}

}  // namespace

std::optional<std::string> series_of(std::string_view key) {
  key = key.substr(0, key.rfind("~r"));  // a key that a run made of another
  const auto dash = key.rfind('-');
  if (dash == std::string_view::npos || !is_of_one_run(key.substr(dash + 1))) return std::nullopt;
  return std::string(key.substr(0, dash + 1));
}

std::vector<store::Entry> superseded(const std::vector<store::Entry>& entries, const PruneRule& rule,
                                     base::TimePoint now) {
  std::map<std::pair<std::string, std::string>, std::size_t> seen;  // by scope and series
  std::vector<store::Entry> let_go;
  for (const auto& entry : entries) {
    const auto series = series_of(entry.key);
    if (!series || ++seen[{entry.scope, *series}] <= rule.keep) continue;
    if (rule.older_than && now - entry.created < *rule.older_than) continue;
    let_go.push_back(entry);
  }
  return let_go;
}

}  // namespace ci::cache
