#include "history_store/row_texts.hpp"

#include "base/json.hpp"
#include "base/json_texts.hpp"

namespace ci::history_store {

using base::Json;

std::string metrics_text(const std::map<std::string, Measure>& metrics) {
  Json json = Json::object();
  for (const auto& [name, measure] : metrics) json.set(name, Json::array().push(measure.value).push(measure.unit));
  return json.compact();
}

std::map<std::string, Measure> metrics_in(const std::string& text) {
  std::map<std::string, Measure> metrics;
  const auto json = base::parse_json(text);
  if (!json) return metrics;
  for (const auto& [name, pair] : json->members()) {
    if (pair.items().size() == 2) metrics[name] = {pair.items()[0].as_number(), pair.items()[1].as_string()};
  }
  return metrics;
}

std::string steps_text(const std::vector<std::string>& steps) {
  return steps.empty() ? "" : base::texts_json(steps).compact();
}

std::vector<std::string> steps_in(const std::string& text) {
  if (text.empty()) return {};
  const auto json = base::parse_json(text);
  return json ? base::texts_in(*json) : std::vector<std::string>();
}

}  // namespace ci::history_store
