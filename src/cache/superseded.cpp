#include "cache/superseded.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "key/delta_key.hpp"

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

// An entry's, among all that a store has.
using Name = std::pair<std::string, std::string>;

Name name_of(const store::Entry& entry) {
  return {entry.scope, entry.key};
}

}  // namespace

std::optional<std::string> series_of(std::string_view key) {
  const auto delta = key::read_delta_key(key);
  key = delta ? delta->key : key::without_run(key);
  const auto dash = key.rfind('-');
  if (dash == std::string_view::npos || !is_of_one_run(key.substr(dash + 1))) return std::nullopt;
  return std::string(key.substr(0, dash + 1));
}

std::vector<store::Entry> superseded(const std::vector<store::Entry>& entries, const PruneRule& rule,
                                     base::TimePoint now, const std::vector<store::Entry>& others) {
  std::map<std::pair<std::string, std::string>, std::size_t> seen;  // by scope and series
  std::vector<store::Entry> let_go;
  std::set<Name> gone;
  for (const auto& entry : entries) {
    const auto series = series_of(entry.key);
    if (!series || ++seen[{entry.scope, *series}] <= rule.keep) continue;
    if (rule.older_than && now - entry.created < *rule.older_than) continue;
    let_go.push_back(entry);
    gone.insert(name_of(entry));
  }
  std::set<std::string> needed;  // marks of bases
  for (const auto* some : {&entries, &others}) {
    for (const auto& entry : *some) {
      const auto delta = key::read_delta_key(entry.key);
      if (delta && !gone.contains(name_of(entry))) needed.insert(delta->base);
    }
  }
  // A job of one branch may have made a delta over another's entry, so that scopes do not count here.
  std::erase_if(let_go, [&](const auto& entry) { return needed.contains(key::base_mark(entry.key)); });
  return let_go;
}

}  // namespace ci::cache
