#include "optimize/configuration_values.hpp"

#include <fmt/format.h>

namespace ci::optimize {

using base::Json;
using base::YamlNode;

namespace {

constexpr char kDurationPattern[] = "^([0-9]+(\\.[0-9]+)?(ms|s|m|h|d))+$";
constexpr char kBytesPattern[] = "^[0-9]+ ?(B|kB|MB|GB|KiB|MiB|GiB)?$";

}  // namespace

Json duration_schema() {
  return Json::object().set("anyOf", Json::array()
                                         .push(Json::object().set("type", "string").set("pattern", kDurationPattern))
                                         .push(Json::object().set("type", "number").set("minimum", 0)));
}

Json text_list_schema() {
  return Json::object().set("type", "array").set("items", Json::object().set("type", "string"));
}

Json enum_schema(std::initializer_list<const char*> words) {
  Json values = Json::array();
  for (const char* word : words) values.push(word);
  return Json::object().set("enum", std::move(values));
}

std::optional<base::Duration> read_duration(const YamlNode& node, Faults& faults) {
  if (node.kind == YamlNode::Kind::scalar) {
    if (const auto duration = base::parse_duration(node.text)) return duration;
  }
  faults.add(node.at, "expected a duration such as 73s, 5m or 7d");
  return std::nullopt;
}

std::optional<std::int64_t> read_integer(const YamlNode& node, Faults& faults, std::int64_t least, std::int64_t most) {
  if (node.kind == YamlNode::Kind::scalar && !node.quoted) {
    if (const auto value = base::parse_integer(node.text); value && *value >= least && *value <= most) return value;
  }
  faults.add(node.at, fmt::format("expected a whole number from {} to {}", least, most));
  return std::nullopt;
}

std::optional<bool> read_bool(const YamlNode& node, Faults& faults) {
  if (node.kind == YamlNode::Kind::scalar && !node.quoted && node.text == "true") return true;
  if (node.kind == YamlNode::Kind::scalar && !node.quoted && node.text == "false") return false;
  faults.add(node.at, "expected true or false");
  return std::nullopt;
}

std::optional<std::string> read_text(const YamlNode& node, Faults& faults) {
  if (node.kind == YamlNode::Kind::scalar) return node.text;
  faults.add(node.at, "expected a text");
  return std::nullopt;
}

std::optional<std::vector<std::string>> read_texts(const YamlNode& node, Faults& faults) {
  std::vector<std::string> texts;
  if (node.kind == YamlNode::Kind::scalar) return std::vector<std::string>{node.text};
  if (node.kind != YamlNode::Kind::list) {
    faults.add(node.at, "expected a list");
    return std::nullopt;
  }
  for (const auto& item : node.items) {
    if (auto text = read_text(item, faults)) texts.push_back(std::move(*text));
  }
  return texts;
}

Json bytes_schema() {
  return Json::object().set("anyOf", Json::array()
                                         .push(Json::object().set("type", "string").set("pattern", kBytesPattern))
                                         .push(Json::object().set("type", "integer").set("minimum", 0)));
}

std::optional<std::uint64_t> read_bytes(const YamlNode& node, Faults& faults) {
  static const std::vector<std::pair<std::string, std::uint64_t>> kUnits = {{"", 1},
                                                                            {"B", 1},
                                                                            {"kB", 1000},
                                                                            {"MB", 1'000'000},
                                                                            {"GB", 1'000'000'000},
                                                                            {"KiB", 1ULL << 10},
                                                                            {"MiB", 1ULL << 20},
                                                                            {"GiB", 1ULL << 30}};
  const auto digits = node.text.find_first_not_of("0123456789");
  const auto number = base::parse_integer(node.text.substr(0, digits));
  const auto unit = digits == std::string::npos ? "" : std::string(base::trim(node.text.substr(digits)));
  constexpr std::uint64_t kMost = 1'000'000'000'000;
  for (const auto& [name, bytes] : kUnits) {
    if (node.kind == YamlNode::Kind::scalar && number && *number >= 0 && unit == name &&
        static_cast<std::uint64_t>(*number) <= kMost / bytes)
      return static_cast<std::uint64_t>(*number) * bytes;
  }
  faults.add(node.at, "expected a size such as 500MB or 2GiB");
  return std::nullopt;
}

namespace {

// One smoke test: a command line, or a map of run, matches, exit-code, timeout and libraries.
void read_smoke_test(const YamlNode& node, std::vector<smoke::SmokeTest>& tests, Faults& faults) {
  smoke::SmokeTest test;
  if (node.kind == YamlNode::Kind::scalar) {
    test.run = node.text;
    tests.push_back(std::move(test));
    return;
  }
  if (node.kind != YamlNode::Kind::map) {
    faults.add(node.at, "expected a command line, or a map with run, matches, exit-code, timeout, libraries");
    return;
  }
  static const std::vector<std::string> kKnown = {"run", "matches", "exit-code", "timeout", "libraries"};
  for (const auto& [name, value] : node.members) {
    if (name.text == "run") {
      test.run = read_text(value, faults).value_or("");
    } else if (name.text == "matches") {
      test.matches = read_text(value, faults).value_or("");
      if (const auto fine = smoke::check_pattern(test.matches); !fine) faults.add(value.at, fine.error().message);
    } else if (name.text == "exit-code") {
      test.exit_code = static_cast<int>(read_integer(value, faults, 0, 255).value_or(0));
    } else if (name.text == "timeout") {
      test.timeout = read_duration(value, faults).value_or(test.timeout);
    } else if (name.text == "libraries") {
      test.libraries = read_texts(value, faults).value_or(std::vector<std::string>{});
    } else {
      const auto near = base::nearest(name.text, kKnown);
      faults.add(name.at, fmt::format("unknown key '{}' in a smoke test{}", name.text,
                                      near ? fmt::format("; did you mean '{}'?", *near) : ""));
    }
  }
  if (test.run.empty() && test.libraries.empty()) faults.add(node.at, "a smoke test needs run or libraries");
  tests.push_back(std::move(test));
}

}  // namespace

std::vector<smoke::SmokeTest> read_smoke_tests(const YamlNode& node, Faults& faults) {
  std::vector<smoke::SmokeTest> tests;
  if (node.kind == YamlNode::Kind::list) {
    for (const auto& item : node.items) read_smoke_test(item, tests, faults);
  } else {
    read_smoke_test(node, tests, faults);
  }
  return tests;
}

Json smoke_schema() {
  const Json text = Json::object().set("type", "string");
  Json properties;
  properties.set("run", text).set("matches", text);
  properties.set("exit-code", Json::object().set("type", "integer").set("minimum", 0).set("maximum", 255));
  properties.set("timeout", duration_schema()).set("libraries", text_list_schema());
  Json test;
  test.set("type", "object").set("additionalProperties", false).set("properties", std::move(properties));
  return Json::object()
      .set("type", "array")
      .set("items", Json::object().set("anyOf", Json::array().push(text).push(std::move(test))));
}

}  // namespace ci::optimize
