#include "cache/entry_label.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/json_texts.hpp"

namespace ci::cache {
namespace {

constexpr const char* kKind = "ci-optimizer paths";
constexpr int kVersion = 1;

}  // namespace

base::Json to_json(const EntryBase& base) {
  return base::Json::object().set("key", base.key).set("created", base::to_rfc3339(base.created));
}

std::optional<EntryBase> read_entry_base(const base::Json& json) {
  if (json["key"].as_string().empty()) return std::nullopt;
  return EntryBase{json["key"].as_string(),
                   base::parse_rfc3339(json["created"].as_string()).value_or(base::TimePoint{})};
}

std::string encode(const EntryLabel& label) {
  base::Json cold = base::Json::array();
  for (const double seconds : label.cold_seconds) cold.push(seconds);
  auto json = base::Json::object()
                  .set("kind", kKind)
                  .set("version", kVersion)
                  .set("paths", base::texts_json(label.paths))
                  .set("parts", key::to_json(label.parts))
                  .set("created", base::to_rfc3339(label.created))
                  .set("origin", label.origin)
                  .set("cold_seconds", std::move(cold));
  if (label.base) json.set("base", to_json(*label.base));
  return json.compact();
}

base::Result<EntryLabel> decode_label(std::string_view text) {
  const auto json = base::parse_json(text);
  if (!json || (*json)["kind"].as_string() != kKind)
    return base::fail(base::ErrorKind::data, "the entry is no archive of paths");
  if ((*json)["version"].as_integer() != kVersion) {
    return base::fail(base::ErrorKind::data, fmt::format("the entry has version {} of the format, this is version {}",
                                                         (*json)["version"].as_integer(), kVersion));
  }
  EntryLabel label;
  label.paths = base::texts_in((*json)["paths"]);
  label.parts = key::decode_parts((*json)["parts"]).value_or(key::Parts{});
  label.created = base::parse_rfc3339((*json)["created"].as_string()).value_or(base::TimePoint{});
  label.origin = (*json)["origin"].as_string();
  label.base = read_entry_base((*json)["base"]);
  for (const auto& seconds : (*json)["cold_seconds"].items()) {
    if (label.cold_seconds.size() < kMostColdTimes && seconds.as_number() > 0)
      label.cold_seconds.push_back(seconds.as_number());
  }
  return label;
}

double median_cold_seconds(const EntryLabel& label) {
  if (label.cold_seconds.empty()) return 0;
  auto sorted = label.cold_seconds;
  std::sort(sorted.begin(), sorted.end());
  const std::size_t middle = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

}  // namespace ci::cache
