#include "optimize/configuration_keys.hpp"

#include <fmt/format.h>

#include "apt/package_spec.hpp"
#include "base/text.hpp"
#include "optimize/cache_entries.hpp"
#include "optimize/source_entries.hpp"

namespace ci::optimize {
namespace {

using base::Json;
using base::YamlNode;

constexpr char kDurationPattern[] = "^([0-9]+(\\.[0-9]+)?(ms|s|m|h|d))+$";

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

template <class Enum>
std::optional<Enum> read_word(const YamlNode& node, Faults& faults,
                              std::initializer_list<std::pair<const char*, Enum>> words) {
  std::vector<std::string> known;
  for (const auto& [word, value] : words) {
    if (node.kind == YamlNode::Kind::scalar && node.text == word) return value;
    known.emplace_back(word);
  }
  faults.add(node.at, "expected one of " + base::join(known, ", "));
  return std::nullopt;
}

void read_packages(const YamlNode& node, Configuration& configuration, Faults& faults) {
  configuration.packages = read_texts(node, faults);
  if (node.kind == YamlNode::Kind::scalar) configuration.packages = base::words(node.text);
  for (const auto& item : node.items) {
    if (item.kind != YamlNode::Kind::scalar) continue;
    if (const auto spec = apt::parse_package_spec(item.text); !spec) faults.add(item.at, spec.error().message);
  }
}

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

void read_smoke(const YamlNode& node, Configuration& configuration, Faults& faults) {
  std::vector<smoke::SmokeTest> tests;
  if (node.kind == YamlNode::Kind::list) {
    for (const auto& item : node.items) read_smoke_test(item, tests, faults);
  } else {
    read_smoke_test(node, tests, faults);
  }
  configuration.smoke = std::move(tests);
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

// Readers for the fields of one type.
using DurationField = std::optional<base::Duration> Configuration::*;
auto duration_into(DurationField field) {
  return [field](const YamlNode& node, Configuration& configuration, Faults& faults) {
    configuration.*field = read_duration(node, faults);
  };
}
auto bool_into(std::optional<bool> Configuration::*field) {
  return [field](const YamlNode& node, Configuration& configuration, Faults& faults) {
    configuration.*field = read_bool(node, faults);
  };
}
auto text_into(std::optional<std::string> Configuration::*field) {
  return [field](const YamlNode& node, Configuration& configuration, Faults& faults) {
    configuration.*field = read_text(node, faults);
  };
}
auto count_into(std::optional<int> Configuration::*field) {
  return [field](const YamlNode& node, Configuration& configuration, Faults& faults) {
    if (const auto value = read_integer(node, faults, 1, 100'000)) configuration.*field = static_cast<int>(*value);
  };
}

std::vector<ConfigurationKey> make_keys() {
  const Json boolean = Json::object().set("type", "boolean");
  const Json text = Json::object().set("type", "string");
  const Json count = Json::object().set("type", "integer").set("minimum", 1);
  return {
      {"version", "The version of this format: 1.", Json::object().set("const", 1),
       [](const YamlNode& node, Configuration&, Faults& faults) {
         if (node.text != "1") faults.add(node.at, "this ci-optimizer reads version 1");
       }},
      {"deadline", "The most that the whole run may take; past it the run ends with exit code 5.", duration_schema(),
       duration_into(&Configuration::deadline)},
      {"apt.packages", "Packages to install: name, name:architecture, name=version, name/suite or ./file.deb.",
       text_list_schema(), read_packages},
      {"apt.budget", "What the installation should take (73s). It is judged; gates.budget says what follows.",
       duration_schema(), duration_into(&Configuration::budget)},
      {"apt.recommends", "Whether recommended packages are installed too (true).", boolean,
       bool_into(&Configuration::recommends)},
      {"apt.lists-max-age", "How old package lists may be before they are fetched again (7d).", duration_schema(),
       duration_into(&Configuration::lists_max_age)},
      {"apt.max-age", "How old a cached installation may be before it is made anew (7d).", duration_schema(),
       duration_into(&Configuration::max_age)},
      {"apt.ephemeral",
       "Whether the machine is thrown away after the job (auto: where CI is true). If so, nothing is synced to disk "
       "and the "
       "manual-page index and the initramfs are not rebuilt.",
       enum_schema({"auto", "true", "false"}).set("enum", Json::array().push("auto").push(true).push(false)),
       [](const YamlNode& node, Configuration& configuration, Faults& faults) {
         configuration.ephemeral = read_word<Ephemeral>(
             node, faults, {{"auto", Ephemeral::automatic}, {"true", Ephemeral::yes}, {"false", Ephemeral::no}});
       }},
      {"apt.stall", "The window over which a download's speed is judged (15s).", duration_schema(),
       duration_into(&Configuration::stall)},
      {"apt.min-rate", "The least bytes per second, over that window, before a download is given up (20000).",
       Json::object().set("type", "integer").set("minimum", 0),
       [](const YamlNode& node, Configuration& configuration, Faults& faults) {
         if (const auto value = read_integer(node, faults, 0, 1'000'000'000))
           configuration.min_rate = static_cast<double>(*value);
       }},
      {"apt.sources",
       "Package sources for this installation only, beside the machine's: deb822 entries with uris, suites, components "
       "and signed-by, the path of a key or the armored key itself.",
       source_entries_schema(),
       [](const YamlNode& node, Configuration& configuration, Faults& faults) {
         configuration.sources = read_source_entries(node, faults);
       }},
      {"apt.mirrors", "Archive URLs to try, in turn, in place of a source of the machine that fails.",
       text_list_schema(),
       [](const YamlNode& node, Configuration& configuration, Faults& faults) {
         configuration.mirrors = read_texts(node, faults);
       }},
      {"apt.deadlines.update", "The most that fetching the package lists may take (120s).", duration_schema(),
       duration_into(&Configuration::update_deadline)},
      {"apt.deadlines.download", "The most that downloading the packages may take (300s).", duration_schema(),
       duration_into(&Configuration::download_deadline)},
      {"apt.deadlines.install", "The most that unpacking and configuring them may take (600s).", duration_schema(),
       duration_into(&Configuration::install_deadline)},
      {"smoke", "Commands that must work after the installation, each a command line or a map.", smoke_schema(),
       read_smoke},
      {"cache.mode", "auto: restore and save; read: restore only; off.", enum_schema({"auto", "read", "off"}),
       [](const YamlNode& node, Configuration& configuration, Faults& faults) {
         configuration.cache = read_word<CacheMode>(
             node, faults, {{"auto", CacheMode::automatic}, {"read", CacheMode::read}, {"off", CacheMode::off}});
       }},
      {"cache.store", "Where cache archives are kept: github:, s3://BUCKET/FOLDER or file:DIR.", text,
       text_into(&Configuration::cache_store)},
      {"cache.version", "Changing it abandons all earlier caches.", text, text_into(&Configuration::cache_version)},
      {"caches",
       "Paths to keep from one job to the next, each with a name, its paths, and key-files: the files that its "
       "contents "
       "depend on. Also restore-keys, and save: success or always.",
       cache_entries_schema(),
       [](const YamlNode& node, Configuration& configuration, Faults& faults) {
         configuration.caches = read_cache_entries(node, faults);
       }},
      {"report.summary", "Whether to write the job summary (true).", boolean, bool_into(&Configuration::summary)},
      {"report.annotations", "Whether to write annotations (true).", boolean, bool_into(&Configuration::annotations)},
      {"report.check", "Whether to make a check run; needs a token with checks: write (auto: no).",
       Json::object().set("enum", Json::array().push("auto").push(true).push(false)),
       [](const YamlNode& node, Configuration& configuration, Faults& faults) {
         configuration.check = read_word<CheckRun>(
             node, faults, {{"auto", CheckRun::automatic}, {"true", CheckRun::on}, {"false", CheckRun::off}});
       }},
      {"report.check-name", "The name of the check run.", text, text_into(&Configuration::check_name)},
      {"history.store", "Where records are kept: file:DIR, or off.", text, text_into(&Configuration::history)},
      {"history.keep.days", "Records younger than this are kept (30).", count, count_into(&Configuration::keep_days)},
      {"history.keep.runs", "So many of the newest records are kept, however old (50).", count,
       count_into(&Configuration::keep_runs)},
      {"gates.budget", "What a missed budget does: off, warn, or fail with exit code 5 (warn).",
       enum_schema({"off", "warn", "fail"}),
       [](const YamlNode& node, Configuration& configuration, Faults& faults) {
         configuration.budget_gate =
             read_word<Gate>(node, faults, {{"off", Gate::off}, {"warn", Gate::warn}, {"fail", Gate::fail}});
       }},
  };
}

}  // namespace

void Faults::add(base::Position at, const std::string& message) {
  lines_.push_back(fmt::format("{}:{}:{}: {}", file_, at.line, at.column, message));
}

std::string Faults::text() const {
  return base::join(lines_, "\n");
}

const std::vector<ConfigurationKey>& configuration_keys() {
  static const std::vector<ConfigurationKey> keys = make_keys();
  return keys;
}

}  // namespace ci::optimize
