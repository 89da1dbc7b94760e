#include "delta/label.hpp"

#include <algorithm>

#include "base/json.hpp"
#include "base/text.hpp"

namespace ci::delta {
namespace {

using base::Json;

constexpr std::int64_t kVersion = 1;

}  // namespace

base::Result<std::string> encode(const Label& label) {
  Json shared = Json::array();
  for (const auto& one : label.shared) {
    const auto& [before, after] = one.change.records;
    if (base::valid_utf8(before) != before || base::valid_utf8(after) != after) {
      return base::fail(base::ErrorKind::environment, one.path + " is no UTF-8 text");
    }
    shared.push(Json::object()
                    .set("path", one.path)
                    .set("replaced", one.change.replaced)
                    .set("installed", one.change.installed)
                    .set("before", before)
                    .set("after", after)
                    .set("mode", static_cast<std::int64_t>(one.mode))
                    .set("uid", static_cast<std::int64_t>(one.uid))
                    .set("gid", static_cast<std::int64_t>(one.gid))
                    .set("modified", one.modified));
  }
  Json missing = Json::array();
  for (const auto& one : label.missing) {
    missing.push(
        Json::object().set("object", base::valid_utf8(one.object)).set("library", base::valid_utf8(one.library)));
  }
  Json json = Json::object();
  json.set("delta", kVersion)
      .set("fingerprint", label.fingerprint)
      .set("install_seconds", label.install_seconds)
      .set("packages", to_json(label.packages))
      .set("shared", std::move(shared))
      .set("missing", std::move(missing))
      .set("replay", to_json(label.replay));
  if (!label.parts.is_null()) json.set("parts", label.parts);
  return json.compact();
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
    SharedLabel& shared = label.shared.emplace_back();
    shared.path = one["path"].as_string();
    shared.change = {find_shared(shared.path),
                     one["replaced"].as_string(),
                     one["installed"].as_string(),
                     {one["before"].as_string(), one["after"].as_string()}};
    if (shared.change.rule == nullptr) {
      return base::fail(base::ErrorKind::data, "the delta names a shared file that is none: " + shared.path);
    }
    constexpr std::int64_t kModeBits = 07777;
    shared.mode = static_cast<std::uint32_t>(one["mode"].as_integer() & kModeBits);
    shared.uid = static_cast<std::uint32_t>(one["uid"].as_integer());
    shared.gid = static_cast<std::uint32_t>(one["gid"].as_integer());
    shared.modified = one["modified"].as_integer();
  }
  for (const auto& one : (*json)["missing"].items()) {
    label.missing.push_back({one["object"].as_string(), one["library"].as_string()});
  }
  std::sort(label.missing.begin(), label.missing.end());
  label.replay = commands_in((*json)["replay"]);
  return label;
}

}  // namespace ci::delta
