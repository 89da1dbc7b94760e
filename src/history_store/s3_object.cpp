#include "history_store/s3_object.hpp"

namespace ci::history_store {
namespace {

using base::Json;

constexpr std::size_t kLongestText = 2048;  // of a value that is kept

Json only(const Json& object, std::initializer_list<const char*> names) {
  Json kept = Json::object();
  for (const char* name : names) {
    if (object.contains(name)) kept.set(name, object[name]);
  }
  return kept;
}

Json only_of_each(const Json& array, std::initializer_list<const char*> names) {
  Json kept = Json::array();
  for (const auto& item : array.items()) kept.push(only(item, names));
  return kept;
}

// A document without what makes documents long: packages, spans, what was printed.
Json shortened(const Json& document) {
  Json kept = Json::object();
  for (const auto& [name, value] : document.members()) {
    const bool is_plain = value.is_string() || value.is_number() || value.is_bool();
    if (is_plain && value.as_string().size() <= kLongestText) kept.set(name, value);
  }
  for (const char* name : {"matrix", "runner"}) {
    if (document.contains(name)) kept.set(name, document[name]);
  }
  kept.set("apt", only(document["apt"], {"tier"}));
  kept.set("caches", only_of_each(document["caches"], {"name", "outcome"}));
  kept.set("metrics", only_of_each(document["metrics"], {"name", "value", "unit"}));
  Json problems = Json::array();
  for (const auto& problem : document["problems"].items()) {
    if (problem["level"].as_string() == "failure") problems.push(only(problem, {"level", "step"}));
  }
  return kept.set("problems", std::move(problems));
}

}  // namespace

std::string s3_object_text(const Json& document, const Row& row) {
  const std::string whole = document.compact() + "\n";
  const Json head = shortened(document);
  const auto same = row_of(head);
  // What a row is made of may grow; a list must never tell something else than the document.
  return (same && *same == row ? head.compact() + "\n" : whole) + whole;
}

std::optional<Row> row_in_s3_object(std::string_view beginning) {
  const auto end = beginning.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const auto head = base::parse_json(beginning.substr(0, end));
  if (!head) return std::nullopt;
  auto row = row_of(*head);
  if (!row) return std::nullopt;
  return std::move(*row);
}

base::Result<Json> document_in_s3_object(std::string_view text) {
  const auto end = text.find('\n');
  if (end == std::string_view::npos) return base::fail(base::ErrorKind::data, "not the object of a record");
  return base::parse_json(text.substr(end + 1));
}

}  // namespace ci::history_store
