#include "key/parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/digest.hpp"
#include "base/text.hpp"

namespace ci::key {
namespace {

using base::Json;

constexpr std::size_t kMostParts = 256;
constexpr unsigned kDeepest = 6;  // of the folders that are tried

constexpr std::array<std::string_view, 5> kKindNames = {"none", "files", "modules", "packages", "lines"};

Json part_json(const Part& part) {
  Json json = Json::object();
  json.set("name", part.name).set("value", part.value);
  if (part.kind == FactKind::none) return json;
  json.set("kind", word(part.kind));
  if (part.depth > 0) json.set("depth", static_cast<std::int64_t>(part.depth));
  Json::Array facts;
  facts.reserve(part.facts.size());
  for (const auto& [name, value] : part.facts) facts.emplace_back(Json::Array{Json(name), Json(value)});
  json.set("facts", std::move(facts));
  return json;
}

// The parts whose JSON is written, smaller with every call of shrink().
class Shrinking {
 public:
  explicit Shrinking(const Parts& parts) : full_(parts) {
    for (const auto& part : parts.parts) add(part);
  }

  [[nodiscard]] std::size_t bytes() const {
    std::size_t sum = 64;
    for (const auto& part : written_) sum += part.bytes + 1;
    return sum;
  }

  // Makes the longest part shorter. Returns whether there is anything left to shorten.
  bool shrink() {
    const auto longest = std::max_element(written_.begin(), written_.end(),
                                          [](const auto& a, const auto& b) { return a.bytes < b.bytes; });
    if (longest == written_.end() || longest->part.facts.empty()) return false;
    const auto& full = full_.parts[static_cast<std::size_t>(longest - written_.begin())];
    auto& part = longest->part;
    const unsigned depth = part.depth == 0 ? kDeepest : part.depth - 1;
    if (part.kind == FactKind::files && full.depth == 0 && depth > 0) {
      part = folded(full, depth);
    } else {
      part.facts.clear();
      part.kind = FactKind::none;
      part.depth = 0;
    }
    longest->json = part_json(part);
    longest->bytes = longest->json.compact().size();
    return true;
  }

  Json json() {
    Json list = Json::array();
    for (auto& part : written_) list.push(std::move(part.json));
    return list;
  }

 private:
  struct Written {
    Part part;
    Json json;
    std::size_t bytes = 0;
  };

  void add(const Part& part) {
    Json json = part_json(part);
    const auto bytes = json.compact().size();
    written_.push_back({part, std::move(json), bytes});
  }

  const Parts& full_;
  std::vector<Written> written_;
};

base::Result<Part> decode_part(const Json& json) {
  const auto wrong = [](std::string_view what) {
    return base::fail(base::ErrorKind::data, fmt::format("the parts of a key: {}", what));
  };
  Part part{json["name"].as_string(), json["value"].as_string()};
  if (part.name.empty()) return wrong("a part has no name");
  if (!json.contains("kind")) return part;
  const auto kind = std::find(kKindNames.begin(), kKindNames.end(), json["kind"].as_string());
  if (kind == kKindNames.end()) return wrong("a part is of no kind that this version knows");
  part.kind = static_cast<FactKind>(kind - kKindNames.begin());
  const auto depth = json["depth"].as_integer();
  if (depth < 0 || depth > std::int64_t{kDeepest}) return wrong("a part's depth is out of range");
  part.depth = static_cast<unsigned>(depth);
  for (const auto& fact : json["facts"].items()) {
    const auto& words = fact.items();
    if (words.size() != 2 || !words[0].is_string() || !words[1].is_string())
      return wrong("a fact is no name and value");
    part.facts.push_back({words[0].as_string(), words[1].as_string()});
  }
  const auto by_name = [](const Fact& a, const Fact& b) { return a.name < b.name; };
  std::stable_sort(part.facts.begin(), part.facts.end(), by_name);
  const auto same_name = [](const Fact& a, const Fact& b) { return a.name == b.name; };
  if (std::adjacent_find(part.facts.begin(), part.facts.end(), same_name) != part.facts.end()) {
    return wrong("a fact is there twice");
  }
  return part;
}

}  // namespace

std::string_view word(FactKind kind) {
  return kKindNames[static_cast<std::size_t>(kind)];
}

const Part* Parts::find(std::string_view name) const {
  const auto found = std::find_if(parts.begin(), parts.end(), [&](const Part& part) { return part.name == name; });
  return found == parts.end() ? nullptr : &*found;
}

Json to_json(const Parts& parts) {
  Shrinking shrinking(parts);
  while (shrinking.bytes() > kLongestParts && shrinking.shrink()) {
  }
  return shrinking.json();
}

base::Result<Parts> decode_parts(const Json& json) {
  if (!json.is_array()) {
    return base::fail(base::ErrorKind::data, "the parts of a key: they are in no form that this version knows");
  }
  if (json.items().size() > kMostParts) {
    return base::fail(base::ErrorKind::data, fmt::format("the parts of a key: more than {}", kMostParts));
  }
  Parts parts;
  for (const auto& one : json.items()) {
    auto part = decode_part(one);
    if (!part) return base::fail(part.error());
    if (parts.find(part->name) != nullptr) {
      return base::fail(base::ErrorKind::data, "the parts of a key: a part is there twice");
    }
    parts.parts.push_back(std::move(*part));
  }
  return parts;
}

base::Result<Parts> parts_of_label(std::string_view text) {
  // A label holds other things beside the parts, but nothing that is ever so long.
  constexpr std::size_t kLongestLabel = 16 * kLongestParts;
  if (text.size() > kLongestLabel) return base::fail(base::ErrorKind::data, "the archive's label is too long");
  const auto label = base::parse_json(text);
  if (!label) return base::fail(label.error().within("the archive's label"));
  const Json& parts = (*label)["parts"];
  if (parts.is_null() || (parts.is_array() && parts.items().empty())) {
    return base::fail(base::ErrorKind::data, "the archive does not say what its key was made of");
  }
  return decode_parts(parts);
}

std::string printable(std::string_view bytes) {
  constexpr unsigned char kDelete = 0x7F;
  std::string text;
  for (std::size_t at = 0; at < bytes.size();) {
    const auto byte = static_cast<unsigned char>(bytes[at]);
    // The length of a UTF-8 character, by its first byte.
    const std::size_t length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
    const auto character = bytes.substr(at, length);
    const bool plain = byte >= ' ' && byte != kDelete && byte != '\\' && character.size() == length &&
                       base::valid_utf8(character) == character;
    if (plain) {
      text += character;
      at += length;
    } else {
      text += fmt::format("\\x{:02X}", byte);
      ++at;
    }
  }
  return text;
}

Part folded(const Part& part, unsigned depth) {
  Part result{part.name, part.value, part.kind, {}, depth};
  base::Sha256 running;
  std::string folder;
  bool open = false;
  const auto close = [&] {
    if (open) result.facts.push_back({folder, base::hex(running.finish()).substr(0, kShortDigest)});
  };
  // The folder of a file, cut to `depth` levels: "./" is the top.
  const auto folder_of = [&](std::string_view path) {
    std::size_t end = std::string_view::npos;
    std::size_t slash = path.find('/');
    for (unsigned level = 0; level < depth && slash != std::string_view::npos; ++level) {
      end = slash;
      slash = path.find('/', slash + 1);
    }
    return end == std::string_view::npos ? std::string("./") : std::string(path.substr(0, end + 1));
  };
  // The files of one folder lie apart where a deeper folder's name sorts between them.
  std::vector<std::pair<std::string, const Fact*>> files;
  files.reserve(part.facts.size());
  for (const auto& fact : part.facts) files.emplace_back(folder_of(fact.name), &fact);
  std::stable_sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [name, fact] : files) {
    if (!open || name != folder) {
      close();
      folder = name;
      open = true;
    }
    running.update(fmt::format("{} {}\n", fact->name, fact->value));
  }
  close();
  return result;
}

}  // namespace ci::key
