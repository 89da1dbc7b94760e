#pragma once
// The kinds of values that configuration keys have: how each is read from YAML, and its JSON Schema. What is wrong goes
// to `faults`.
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "base/yaml.hpp"
#include "optimize/configuration_keys.hpp"
#include "smoke/smoke_test.hpp"

namespace ci::optimize {

std::optional<base::Duration> read_duration(const base::YamlNode& node, Faults& faults);
std::optional<std::int64_t> read_integer(const base::YamlNode& node, Faults& faults, std::int64_t least,
                                         std::int64_t most);
std::optional<bool> read_bool(const base::YamlNode& node, Faults& faults);
std::optional<std::string> read_text(const base::YamlNode& node, Faults& faults);
// One text is a list of one.
std::optional<std::vector<std::string>> read_texts(const base::YamlNode& node, Faults& faults);
// "500MB", "2GiB", or a number of bytes.
std::optional<std::uint64_t> read_bytes(const base::YamlNode& node, Faults& faults);
// A test or a list of tests, each a command line, or a map of run, matches, exit-code, timeout and libraries.
std::vector<smoke::SmokeTest> read_smoke_tests(const base::YamlNode& node, Faults& faults);

base::Json duration_schema();
base::Json text_list_schema();
base::Json enum_schema(std::initializer_list<const char*> words);
base::Json bytes_schema();
base::Json smoke_schema();

// One of `words`.
template <class Enum>
std::optional<Enum> read_word(const base::YamlNode& node, Faults& faults,
                              const std::vector<std::pair<const char*, Enum>>& words) {
  std::vector<std::string> known;
  for (const auto& [word, value] : words) {
    if (node.kind == base::YamlNode::Kind::scalar && node.text == word) return value;
    known.emplace_back(word);
  }
  faults.add(node.at, "expected one of " + base::join(known, ", "));
  return std::nullopt;
}

}  // namespace ci::optimize
