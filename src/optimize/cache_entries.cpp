#include "optimize/cache_entries.hpp"

#include <fmt/format.h>

#include <set>

#include "base/text.hpp"
#include "optimize/cache_rules.hpp"
#include "store/key.hpp"

namespace ci::optimize {
namespace {

using base::Json;
using base::YamlNode;

constexpr const char* kNamePattern = "^[A-Za-z0-9._-]{1,100}$";

// A text, each of its lines one, or a list of texts.
std::vector<std::string> read_lines(const YamlNode& node, Faults& faults) {
  std::vector<std::string> lines;
  const auto take = [&](const YamlNode& scalar) {
    if (scalar.kind != YamlNode::Kind::scalar) return faults.add(scalar.at, "expected a text");
    for (const auto& line : base::split(scalar.text, '\n')) {
      if (const auto text = base::trim(line); !text.empty()) lines.emplace_back(text);
    }
  };
  if (node.kind == YamlNode::Kind::list) {
    for (const auto& item : node.items) take(item);
  } else {
    take(node);
  }
  return lines;
}

std::string rule_names() {
  std::vector<std::string> names;
  for (const auto& rule : cache_rules()) names.push_back(rule.name);
  return base::join(names, ", ");
}

// What a cache does not say itself is as its rule has it.
void apply_rule(const YamlNode& item, cache::CacheSpec& spec) {
  for (const auto& member : item.members) {
    const auto* rule = member.key.text == "use" ? find_cache_rule(member.value.text) : nullptr;
    if (rule == nullptr) continue;
    if (spec.name.empty()) spec.name = rule->name;
    if (spec.paths.empty()) spec.paths = rule->paths;
    if (spec.key_files.empty()) spec.key_files = rule->key_files;
  }
}

void read_member(const base::YamlMember& member, cache::CacheSpec& spec, Faults& faults) {
  static const std::vector<std::string> kKnown = {"use", "name", "paths", "key-files", "restore-keys", "save"};
  const auto& name = member.key.text;
  const auto& value = member.value;
  if (name == "use") {
    if (find_cache_rule(value.text) == nullptr)
      faults.add(value.at, fmt::format("there is no rule '{}' for a cache: take one of {}", value.text, rule_names()));
  } else if (name == "name") {
    spec.name = value.kind == YamlNode::Kind::scalar ? value.text : "";
    if (!cache::is_cache_name(spec.name))
      faults.add(value.at, "a cache's name has letters, digits, '.', '_' and '-', at most 100");
  } else if (name == "paths") {
    spec.paths = read_lines(value, faults);
  } else if (name == "key-files") {
    spec.key_files = read_lines(value, faults);
  } else if (name == "restore-keys") {
    spec.restore_keys = read_lines(value, faults);
    for (const auto& key : spec.restore_keys) {
      if (const auto fine = store::check_key(key); !fine) faults.add(value.at, fine.error().message);
    }
  } else if (name == "save") {
    if (value.text == "always") {
      spec.save = cache::SaveWhen::always;
    } else if (value.text != "success") {
      faults.add(value.at, "expected one of success, always");
    }
  } else {
    const auto near = base::nearest(name, kKnown);
    faults.add(member.key.at, fmt::format("unknown key '{}' in a cache{}", name,
                                          near ? fmt::format("; did you mean '{}'?", *near) : ""));
  }
}

}  // namespace

std::vector<cache::CacheSpec> read_cache_entries(const YamlNode& node, Faults& faults) {
  std::vector<cache::CacheSpec> specs;
  std::set<std::string> names;
  if (node.kind != YamlNode::Kind::list && node.kind != YamlNode::Kind::null)
    faults.add(node.at, "expected a list of caches");
  for (const auto& item : node.items) {
    if (item.kind != YamlNode::Kind::map) {
      faults.add(item.at, "expected a map with name, paths, key-files");
      continue;
    }
    auto& spec = specs.emplace_back();
    for (const auto& member : item.members) read_member(member, spec, faults);
    apply_rule(item, spec);
    if (spec.name.empty()) faults.add(item.at, "a cache needs a name");
    if (spec.paths.empty()) faults.add(item.at, "a cache needs paths");
    if (spec.key_files.empty()) faults.add(item.at, "a cache needs key-files: the files that its contents depend on");
    for (const char* own : {"apt", "apt-debs", "go-modules", "go-build", "binary"}) {
      if (spec.name == own) faults.add(item.at, fmt::format("the name '{}' is that of a cache of our own", own));
    }
    if (!names.insert(spec.name).second) faults.add(item.at, fmt::format("two caches are named '{}'", spec.name));
  }
  return specs;
}

Json cache_entries_schema() {
  const Json text = Json::object().set("type", "string");
  Json texts;
  texts.set("anyOf", Json::array().push(text).push(Json::object().set("type", "array").set("items", text)));
  Json properties;
  Json rules = Json::array();
  for (const auto& rule : cache_rules()) rules.push(rule.name);
  properties.set("use", Json::object().set("enum", std::move(rules)));
  properties.set("name", Json::object().set("type", "string").set("pattern", kNamePattern));
  properties.set("paths", texts).set("key-files", texts).set("restore-keys", texts);
  properties.set("save", Json::object().set("enum", Json::array().push("success").push("always")));
  Json entry;
  entry.set("type", "object").set("additionalProperties", false).set("properties", std::move(properties));
  const Json by_rule = Json::object().set("required", Json::array().push("use"));
  const Json by_itself = Json::object().set("required", Json::array().push("name").push("paths").push("key-files"));
  entry.set("anyOf", Json::array().push(by_rule).push(by_itself));
  return Json::object().set("type", "array").set("items", std::move(entry));
}

}  // namespace ci::optimize
