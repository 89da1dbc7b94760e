#include "optimize/source_entries.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace ci::optimize {
namespace {

using base::Json;
using base::YamlNode;

// Words of a text with blanks between, as deb822 has them, or of a list of texts.
std::vector<std::string> read_words(const YamlNode& node, Faults& faults) {
  std::vector<std::string> all;
  const auto take = [&](const YamlNode& scalar) {
    if (scalar.kind != YamlNode::Kind::scalar) return faults.add(scalar.at, "expected a text");
    for (auto& word : base::words(scalar.text)) {
      const bool plain = std::all_of(word.begin(), word.end(), [](unsigned char c) { return c > ' ' && c < 0x7f; });
      if (!plain) faults.add(scalar.at, fmt::format("'{}' has characters that no package source has", word));
      all.push_back(std::move(word));
    }
  };
  if (node.kind == YamlNode::Kind::list) {
    for (const auto& item : node.items) take(item);
  } else {
    take(node);
  }
  return all;
}

void read_member(const base::YamlMember& member, apt::SourceEntry& entry, Faults& faults) {
  static const std::vector<std::string> kKnown = {"uris", "suites", "components", "architectures", "signed-by"};
  const auto name = base::lower(member.key.text);  // deb822 does not tell cases apart
  if (name == "uris") {
    entry.uris = read_words(member.value, faults);
    for (const auto& uri : entry.uris) {
      if (uri.find(":/") == std::string::npos) faults.add(member.value.at, fmt::format("'{}' is not a URI", uri));
    }
  } else if (name == "suites") {
    entry.suites = read_words(member.value, faults);
  } else if (name == "components") {
    entry.components = read_words(member.value, faults);
  } else if (name == "architectures") {
    entry.architectures = read_words(member.value, faults);
  } else if (name == "signed-by") {
    if (member.value.kind == YamlNode::Kind::scalar) entry.signed_by = member.value.text;
  } else {
    const auto near = base::nearest(name, kKnown);
    faults.add(member.key.at, fmt::format("unknown key '{}' in a package source{}", member.key.text,
                                          near ? fmt::format("; did you mean '{}'?", *near) : ""));
  }
}

void check(const apt::SourceEntry& entry, base::Position at, Faults& faults) {
  if (entry.uris.empty()) faults.add(at, "a package source needs uris");
  if (entry.suites.empty()) faults.add(at, "a package source needs suites");
  if (entry.signed_by.empty())
    faults.add(at, "a package source needs signed-by: the path of its key, or the armored key itself");
  for (const auto& suite : entry.suites) {
    if (entry.components.empty() != suite.ends_with('/'))
      faults.add(at, "a package source needs components, but for a suite that ends in '/', which has none");
  }
}

}  // namespace

std::vector<apt::SourceEntry> read_source_entries(const YamlNode& node, Faults& faults) {
  std::vector<apt::SourceEntry> entries;
  if (node.kind != YamlNode::Kind::list && node.kind != YamlNode::Kind::null)
    faults.add(node.at, "expected a list of package sources");
  for (const auto& item : node.items) {
    if (item.kind != YamlNode::Kind::map) {
      faults.add(item.at, "expected a map with uris, suites, components, architectures, signed-by");
      continue;
    }
    auto& entry = entries.emplace_back();
    for (const auto& member : item.members) read_member(member, entry, faults);
    check(entry, item.at, faults);
  }
  return entries;
}

Json source_entries_schema() {
  const Json text = Json::object().set("type", "string");
  Json texts;
  texts.set("anyOf", Json::array().push(text).push(Json::object().set("type", "array").set("items", text)));
  Json properties;
  properties.set("uris", texts).set("suites", texts).set("components", texts).set("architectures", texts);
  properties.set("signed-by", text);
  Json entry;
  entry.set("type", "object").set("additionalProperties", false).set("properties", std::move(properties));
  entry.set("required", Json::array().push("uris").push("suites").push("signed-by"));
  return Json::object().set("type", "array").set("items", std::move(entry));
}

}  // namespace ci::optimize
