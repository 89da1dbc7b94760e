#include "key/key.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/digest.hpp"

#include "store/key.hpp"

namespace ci::key {
namespace {

constexpr std::size_t kDigits = 32;       // of each digest in a key
constexpr std::size_t kLongestName = 32;  // of a field for people

// With its length, so that no two lists of texts are the same bytes.
void add(base::Sha256& running, std::string_view text) {
  running.update(fmt::format("{}:", text.size()));
  running.update(text);
}

void add(base::Sha256& running, const std::vector<Part>& parts) {
  add(running, std::to_string(parts.size()));
  for (const auto& part : parts) {
    add(running, part.name);
    add(running, part.value);
  }
}

std::string field(std::string_view name) {
  std::string text(name.substr(0, kLongestName));
  for (char& letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if (byte >= 0x80 || (std::isalnum(byte) == 0 && letter != '.')) letter = '_';
  }
  return text;
}

}  // namespace

base::Result<Key> make_key(const Recipe& recipe) {
  Key key;
  key.text = fmt::format("ci-optimizer{}-{}-", kFormat, recipe.purpose);
  for (const auto& name : recipe.names) {
    key.relatives.insert(key.relatives.begin(), key.text);
    key.text += field(name) + "-";
  }
  std::string before = key.text;
  const auto close = [&](base::Sha256& running) {
    before = base::hex(running.finish()).substr(0, kDigits);
    key.text += before;
  };
  base::Sha256 running;
  add(running, before);
  for (std::size_t i = 0; i < recipe.levels.size(); ++i) {
    add(running, recipe.levels[i]);
    const auto& parts = recipe.levels[i];
    key.parts.parts.insert(key.parts.parts.end(), parts.begin(), parts.end());
    if (i + 1 == recipe.levels.size() || recipe.fallback == Fallback::none) continue;
    close(running);
    key.text += "-";
    key.restore_keys.insert(key.restore_keys.begin(), key.text);
    add(running, before);
  }
  close(running);
  if (const auto checked = store::check_key(key.text); !checked) {
    return base::fail(base::ErrorKind::bug, checked.error().message);
  }
  return key;
}

Part files_part(std::string name, std::vector<Fact> files) {
  std::sort(files.begin(), files.end(), [](const Fact& a, const Fact& b) { return a.name < b.name; });
  base::Sha256 running;
  for (auto& [path, digest] : files) {
    add(running, path);
    add(running, digest);
    path = printable(path);
    digest.resize(std::min(digest.size(), kShortDigest));
  }
  std::sort(files.begin(), files.end(), [](const Fact& a, const Fact& b) { return a.name < b.name; });
  return {std::move(name), base::hex(running.finish()), FactKind::files, std::move(files)};
}

}  // namespace ci::key
