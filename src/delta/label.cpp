#include "delta/label.hpp"

#include "base/json.hpp"

namespace ci::delta {
namespace {

using base::Json;

constexpr std::int64_t kVersion = 1;

Json texts(const std::vector<std::string>& list) {
  Json json = Json::array();
  for (const auto& text : list) json.push(text);
  return json;
}

}  // namespace

std::string encode(const Label& label) {
  Json packages = Json::array();
  for (const auto& one : label.packages) {
    packages.push(Json::object()
                      .set("name", one.name)
                      .set("architecture", one.architecture)
                      .set("before", one.before)
                      .set("after", one.after));
  }
  Json shared = Json::array();
  for (const auto& one : label.shared) {
    shared.push(Json::object()
                    .set("path", one.path)
                    .set("replaced", one.replaced)
                    .set("installed", one.installed)
                    .set("before", one.before)
                    .set("after", one.after));
  }
  Json replay = Json::array();
  for (const auto& command : label.replay) replay.push(texts(command));
  return Json::object()
      .set("delta", kVersion)
      .set("fingerprint", label.fingerprint)
      .set("install_seconds", label.install_seconds)
      .set("packages", std::move(packages))
      .set("shared", std::move(shared))
      .set("replay", std::move(replay))
      .compact();
}

base::Result<Label> decode_label(std::string_view text) {
  const auto json = base::parse_json(text);
  if (!json) return base::fail(json.error().within("the archive's label"));
  if ((*json)["delta"].as_integer() != kVersion) {
    return base::fail(base::ErrorKind::data, "the archive holds no delta that this version knows");
  }
  Label label;
  label.fingerprint = (*json)["fingerprint"].as_string();
  label.install_seconds = (*json)["install_seconds"].as_number();
  for (const auto& one : (*json)["packages"].items()) {
    label.packages.push_back({one["name"].as_string(), one["architecture"].as_string(), one["before"].as_string(),
                              one["after"].as_string()});
  }
  for (const auto& one : (*json)["shared"].items()) {
    label.shared.push_back({one["path"].as_string(), one["replaced"].as_string(), one["installed"].as_string(),
                            one["before"].as_string(), one["after"].as_string()});
  }
  for (const auto& command : (*json)["replay"].items()) {
    auto& words = label.replay.emplace_back();
    for (const auto& word : command.items()) words.push_back(word.as_string());
  }
  return label;
}

}  // namespace ci::delta
