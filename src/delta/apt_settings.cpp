#include "delta/apt_settings.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "base/text.hpp"

namespace ci::delta {
namespace {

// Settings that do not decide what an installation leaves behind.
constexpr auto kWithoutEffect = std::to_array<std::string_view>({"acquire::",
                                                                 "apt::periodic",
                                                                 "apt::update",
                                                                 "apt::color",
                                                                 "apt::acquire",
                                                                 "apt::archives",
                                                                 "apt::changelogs",
                                                                 "apt::cache",
                                                                 "apt::authentication",
                                                                 "unattended-upgrade",
                                                                 "dir::log",
                                                                 "dir::cache",
                                                                 "dpkg::progress",
                                                                 "dpkg::use-pty",
                                                                 "dpkg::lock",
                                                                 "aptitude",
                                                                 "binary::",
                                                                 "debug::",
                                                                 "quiet",
                                                                 "apt::get::assume-yes",
                                                                 "apt::status-fd"});

// Splits the text of an apt.conf into words: names and values, and the marks { } ; as words of their own.
class SettingWords {
 public:
  explicit SettingWords(std::string_view text) : text_(text) {}

  struct Word {
    std::string text;
    bool quoted = false;
    [[nodiscard]] bool is(std::string_view mark) const { return !quoted && text == mark; }
  };

  // The next word; an empty, unquoted one at the end.
  Word next() {
    skip_blank();
    if (text_.empty()) return {};
    const char first = text_.front();
    if (first == '"') {
      const auto end = text_.find('"', 1);
      Word word{std::string(text_.substr(1, end == std::string_view::npos ? end : end - 1)), true};
      text_.remove_prefix(end == std::string_view::npos ? text_.size() : end + 1);
      return word;
    }
    const auto end =
        std::string_view("{};").find(first) != std::string_view::npos ? 1 : text_.find_first_of(" \t\r\n{};\"");
    Word word{std::string(text_.substr(0, end)), false};
    text_.remove_prefix(std::min(text_.size(), word.text.size()));
    return word;
  }

 private:
  static constexpr std::string_view kBlank = " \t\r\n";

  void skip_blank() {
    for (;;) {
      text_.remove_prefix(std::min(text_.size(), text_.find_first_not_of(kBlank)));
      const bool directive = text_.starts_with("#clear") || text_.starts_with("#include");
      if (text_.starts_with("//") || (text_.starts_with("#") && !directive)) {
        text_.remove_prefix(std::min(text_.size(), text_.find('\n')));
      } else if (text_.starts_with("/*")) {
        const auto end = text_.find("*/");
        text_.remove_prefix(end == std::string_view::npos ? text_.size() : end + 2);
      } else {
        return;
      }
    }
  }

  std::string_view text_;
};

bool has_effect(const std::string& setting) {
  return std::none_of(kWithoutEffect.begin(), kWithoutEffect.end(),
                      [&](std::string_view prefix) { return setting.starts_with(prefix); });
}

std::string in_order(std::vector<std::string> words) {
  std::sort(words.begin(), words.end());
  return base::join(words, " ");
}

std::string without_slashes(std::string uri) {
  while (uri.ends_with('/')) uri.pop_back();
  return uri;
}

// "[arch=amd64,i386 signed-by=/x]" or the fields of a paragraph, by lower-case name.
void take_options(std::map<std::string, std::string>& options, Source& source) {
  source.signed_by = options["signed-by"];
  options.erase("signed-by");
  std::vector<std::string> kept;
  for (auto& [name, value] : options) kept.push_back(name + "=" + in_order(base::words(value)));
  source.options = in_order(std::move(kept));
}

// Reads "key=value ..." up to the closing bracket.
std::map<std::string, std::string> bracket_options(std::string_view text) {
  std::map<std::string, std::string> options;
  for (const auto& word : base::split(text, ' ')) {
    const auto equals = word.find('=');
    if (equals != std::string::npos) options[base::lower(word.substr(0, equals))] = word.substr(equals + 1);
  }
  return options;
}

// The fields of one paragraph, names in lower case, continuation lines joined by new lines.
std::map<std::string, std::string> paragraph_fields(const std::vector<std::string>& lines) {
  std::map<std::string, std::string> fields;
  std::string* last = nullptr;
  for (const auto& line : lines) {
    if (line.starts_with(' ') || line.starts_with('\t')) {
      if (last != nullptr) last->append("\n").append(base::trim(line));
      continue;
    }
    const auto colon = line.find(':');
    if (colon == std::string::npos) continue;
    last = &(fields[base::lower(line.substr(0, colon))] = base::trim(std::string_view(line).substr(colon + 1)));
  }
  return fields;
}

// deb822 names of what the one-line format calls otherwise (sources.list(5)).
std::string option_name(const std::string& field) {
  if (field == "architectures") return "arch";
  if (field == "languages") return "lang";
  if (field == "targets") return "target";
  return field;
}

void add_paragraph(const std::vector<std::string>& lines, std::vector<Source>& sources) {
  auto fields = paragraph_fields(lines);
  if (fields.empty() || base::lower(fields["enabled"]) == "no" || base::lower(fields["enabled"]) == "false") return;
  std::map<std::string, std::string> options;
  for (const auto& [name, value] : fields) {
    static constexpr auto kOwn = std::to_array<std::string_view>(
        {"types", "uris", "suites", "components", "enabled", "x-repolib-name", "description"});
    if (std::find(kOwn.begin(), kOwn.end(), name) == kOwn.end()) options[option_name(name)] = value;
  }
  const auto types = base::words(fields["types"]);
  if (std::find(types.begin(), types.end(), "deb") == types.end()) return;
  Source source{"deb", "", "", in_order(base::words(fields["components"])), "", ""};
  take_options(options, source);
  for (const auto& uri : base::words(fields["uris"])) {
    for (const auto& suite : base::words(fields["suites"])) {
      source.uri = without_slashes(uri);
      source.suite = suite;
      sources.push_back(source);
    }
  }
}

}  // namespace

std::vector<std::string> canonical_settings(std::string_view text) {
  std::vector<std::string> lines;
  std::vector<std::string> scopes;
  std::string name;
  SettingWords words(text);
  const auto finish = [&](const std::string& value) {
    const std::string whole = base::lower(base::join(scopes, "") + name);
    if (!whole.empty() && has_effect(whole)) lines.push_back(whole + " " + value);
    name.clear();
  };
  std::string value;
  bool has_value = false;
  for (auto word = words.next(); word.quoted || !word.text.empty(); word = words.next()) {
    if (word.is("{")) {
      scopes.push_back(name + "::");
      name.clear();
    } else if (word.is(";")) {
      if (has_value || !name.empty()) finish(value);
      value.clear();
      has_value = false;
    } else if (word.is("}")) {
      if (!scopes.empty()) scopes.pop_back();
      name.clear();
    } else if (word.quoted || !name.empty()) {
      value += (has_value ? " " : "") + word.text;
      has_value = true;
    } else {
      name = word.text;
    }
  }
  return lines;
}

std::vector<Source> one_line_sources(std::string_view text) {
  std::vector<Source> sources;
  for (const auto& raw : base::split(text, '\n')) {
    std::string_view line = base::trim(std::string_view(raw).substr(0, raw.find('#')));
    if (!line.starts_with("deb ") && !line.starts_with("deb\t")) continue;
    line = base::trim(line.substr(4));
    Source source{"deb", "", "", "", "", ""};
    std::map<std::string, std::string> options;
    if (line.starts_with('[')) {
      const auto end = line.find(']');
      if (end == std::string_view::npos) continue;
      options = bracket_options(line.substr(1, end - 1));
      line.remove_prefix(end + 1);
    }
    take_options(options, source);
    auto words = base::words(line);
    if (words.size() < 2) continue;
    source.uri = without_slashes(words[0]);
    source.suite = words[1];
    source.components = in_order({words.begin() + 2, words.end()});
    sources.push_back(std::move(source));
  }
  return sources;
}

std::vector<Source> deb822_sources(std::string_view text) {
  std::vector<Source> sources;
  std::vector<std::string> paragraph;
  for (const auto& line : base::split(text, '\n')) {
    if (line.starts_with('#')) continue;
    if (!base::trim(line).empty()) {
      paragraph.push_back(line);
      continue;
    }
    add_paragraph(paragraph, sources);
    paragraph.clear();
  }
  add_paragraph(paragraph, sources);
  return sources;
}

}  // namespace ci::delta
