#include "key/difference.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ci::key {
namespace {

const char* word(ChangeKind change) {
  switch (change) {
    case ChangeKind::changed:
      return "changed";
    case ChangeKind::added:
      return "added";
    case ChangeKind::removed:
      return "removed";
  }
  return "";
}

std::string shown(const std::string& value) {
  return value.empty() ? "(none)" : value;
}

bool is_digest(const std::string& value) {
  constexpr std::size_t kSha256Digits = 64;
  return value.size() == kSha256Digits && value.find_first_not_of("0123456789abcdef") == std::string::npos;
}

// Both lists are sorted by name.
std::vector<Difference> facts_that_differ(const Part& before, const Part& after) {
  std::vector<Difference> found;
  auto old = before.facts.begin();
  auto now = after.facts.begin();
  while (old != before.facts.end() || now != after.facts.end()) {
    if (now == after.facts.end() || (old != before.facts.end() && old->name < now->name)) {
      found.push_back({ChangeKind::removed, after.name, after.kind, old->name, old->value, ""});
      ++old;
    } else if (old == before.facts.end() || now->name < old->name) {
      found.push_back({ChangeKind::added, after.name, after.kind, now->name, "", now->value});
      ++now;
    } else {
      if (old->value != now->value) {
        found.push_back({ChangeKind::changed, after.name, after.kind, now->name, old->value, now->value});
      }
      ++old;
      ++now;
    }
  }
  return found;
}

// What differs between two parts of one name whose values differ: at least one line.
std::vector<Difference> part_differences(const Part& before, const Part& after) {
  const Difference whole{ChangeKind::changed, after.name, FactKind::none, "", before.value, after.value};
  if (before.kind != after.kind || before.kind == FactKind::none) return {whole};
  std::vector<Difference> found;
  if (before.depth == after.depth) {
    found = facts_that_differ(before, after);
  } else if (after.depth == 0) {
    found = facts_that_differ(before, folded(after, before.depth));
  } else if (before.depth == 0) {
    found = facts_that_differ(folded(before, after.depth), after);
  }
  if (found.empty()) return {whole};
  return found;
}

}  // namespace

std::string Difference::text() const {
  if (name.empty()) {
    if (change != ChangeKind::changed) return fmt::format("{} {}", part, word(change));
    // Digests say nothing to people.
    if (is_digest(before) || is_digest(after)) return part + " changed";
    return fmt::format("{} {} → {}", part, shown(before), shown(after));
  }
  if (kind == FactKind::files) {
    return name.ends_with('/') ? fmt::format("files below {} {}", name, word(change))
                               : fmt::format("{} {}", name, word(change));
  }
  if (change == ChangeKind::changed)
    return fmt::format("{} changed: {} {} → {}", part, name, shown(before), shown(after));
  const auto& value = change == ChangeKind::added ? after : before;
  return fmt::format("{} changed: {}{}{} {}", part, name, value.empty() ? "" : " ", value, word(change));
}

std::vector<Difference> differences(const Parts& before, const Parts& after) {
  std::vector<Difference> found;
  for (const auto& part : after.parts) {
    const auto* earlier = before.find(part.name);
    if (earlier == nullptr) {
      found.push_back({ChangeKind::added, part.name, FactKind::none, "", "", part.value});
    } else if (earlier->value != part.value) {
      auto more = part_differences(*earlier, part);
      std::move(more.begin(), more.end(), std::back_inserter(found));
    }
  }
  for (const auto& part : before.parts) {
    if (after.find(part.name) == nullptr) {
      found.push_back({ChangeKind::removed, part.name, FactKind::none, "", part.value, ""});
    }
  }
  return found;
}

std::string summary(const std::vector<Difference>& differences, std::size_t most) {
  std::string text;
  for (std::size_t i = 0; i < differences.size() && i < most; ++i) {
    text += (text.empty() ? "" : ", ") + differences[i].text();
  }
  if (differences.size() > most) text += fmt::format(", and {} more", differences.size() - most);
  return text;
}

base::Json to_json(const Difference& difference) {
  base::Json json = base::Json::object();
  json.set("part", difference.part).set("change", word(difference.change));
  if (!difference.name.empty()) json.set("name", difference.name);
  if (!difference.before.empty()) json.set("before", difference.before);
  if (!difference.after.empty()) json.set("after", difference.after);
  return json.set("text", difference.text());
}

}  // namespace ci::key
