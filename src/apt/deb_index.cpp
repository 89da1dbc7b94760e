#include "apt/deb_index.hpp"

#include <algorithm>
#include <cctype>
#include <set>

#include "base/json.hpp"
#include "base/json_texts.hpp"

namespace ci::apt {
namespace {

using base::ErrorKind;
using base::fail;
using base::Json;

constexpr int kFormat = 1;
constexpr std::size_t kLongestName = 255;
constexpr std::size_t kDigestLetters = 64;

// Debian policy 5.6.1 and 5.6.12, and what apt makes of both in a file's name.
bool is_plain(std::string_view text, std::string_view further) {
  if (text.empty() || text.size() > kLongestName || std::isalnum(static_cast<unsigned char>(text.front())) == 0) {
    return false;
  }
  return std::all_of(text.begin(), text.end(), [&](unsigned char letter) {
    return std::isalnum(letter) != 0 || further.find(static_cast<char>(letter)) != std::string_view::npos;
  });
}

bool is_digest(std::string_view text) {
  return text.size() == kDigestLetters &&
         std::all_of(text.begin(), text.end(), [](unsigned char letter) { return std::isxdigit(letter) != 0; });
}

bool is_sound(const IndexedDeb& deb) {
  return is_plain(deb.file, "+.-~_%:") && deb.file.ends_with(".deb") && is_plain(deb.name, "+.-") &&
         is_plain(deb.version, "+.-~:") && is_plain(deb.architecture, "-") && is_digest(deb.sha256) && deb.bytes > 0;
}

}  // namespace

const IndexedDeb* DebIndex::find(std::string_view file) const {
  const auto found = std::find_if(debs.begin(), debs.end(), [&](const auto& deb) { return deb.file == file; });
  return found == debs.end() ? nullptr : &*found;
}

std::string encode(const DebIndex& index) {
  Json debs = Json::array();
  for (const auto& deb : index.debs) {
    debs.push(Json::object()
                  .set("file", deb.file)
                  .set("name", deb.name)
                  .set("version", deb.version)
                  .set("architecture", deb.architecture)
                  .set("sha256", deb.sha256)
                  .set("bytes", deb.bytes));
  }
  return Json::object()
      .set("format", kFormat)
      .set("identity", index.identity)
      .set("install_seconds", index.install_seconds)
      .set("debs", std::move(debs))
      .set("unmet", base::texts_json(index.unmet))
      .compact();
}

base::Result<DebIndex> decode_deb_index(std::string_view text) {
  const auto json = base::parse_json(text);
  if (!json) return fail(json.error().within("the index of the .debs"));
  if ((*json)["format"].as_integer() != kFormat) {
    return fail(ErrorKind::data, "the index of the .debs is of an unknown format");
  }
  DebIndex index;
  index.identity = (*json)["identity"].as_string();
  index.install_seconds = (*json)["install_seconds"].as_number();
  std::set<std::string> files;
  for (const auto& item : (*json)["debs"].items()) {
    IndexedDeb deb{item["file"].as_string(),         item["name"].as_string(),   item["version"].as_string(),
                   item["architecture"].as_string(), item["sha256"].as_string(), item["bytes"].as_integer()};
    if (!is_sound(deb) || !files.insert(deb.file).second) {
      return fail(ErrorKind::data, "the index of the .debs has an entry that cannot be: " + item.compact());
    }
    index.debs.push_back(std::move(deb));
  }
  if (index.debs.empty()) return fail(ErrorKind::data, "the index of the .debs names none");
  index.unmet = base::texts_in((*json)["unmet"]);
  return index;
}

}  // namespace ci::apt
