#include "optimize/configuration_keys.hpp"

#include <fmt/format.h>

#include "apt/package_spec.hpp"
#include "base/text.hpp"
#include "optimize/cache_entries.hpp"
#include "optimize/configuration_values.hpp"
#include "optimize/go_keys.hpp"
#include "optimize/source_entries.hpp"

namespace ci::optimize {
namespace {

using base::Json;
using base::YamlNode;

void read_packages(const YamlNode& node, Configuration& configuration, Faults& faults) {
  configuration.packages = read_texts(node, faults);
  if (node.kind == YamlNode::Kind::scalar) configuration.packages = base::words(node.text);
  for (const auto& item : node.items) {
    if (item.kind != YamlNode::Kind::scalar) continue;
    if (const auto spec = apt::parse_package_spec(item.text); !spec) faults.add(item.at, spec.error().message);
  }
}

void read_smoke(const YamlNode& node, Configuration& configuration, Faults& faults) {
  configuration.smoke = read_smoke_tests(node, faults);
}

std::optional<Gate> read_gate(const YamlNode& node, Faults& faults) {
  return read_word<Gate>(node, faults, {{"off", Gate::off}, {"warn", Gate::warn}, {"fail", Gate::fail}});
}

// Reads a value into the field.
template <class Value, class Read>
auto into(std::optional<Value> Configuration::*field, Read read) {
  return [field, read](const YamlNode& node, Configuration& configuration, Faults& faults) {
    configuration.*field = read(node, faults);
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
  std::vector<ConfigurationKey> keys = {
      {"version", "The version of this format: 1.", Json::object().set("const", 1),
       [](const YamlNode& node, Configuration&, Faults& faults) {
         if (node.text != "1") faults.add(node.at, "this ci-optimizer reads version 1");
       }},
      {"deadline", "The most that the whole run may take; past it the run ends with exit code 5.", duration_schema(),
       into(&Configuration::deadline, read_duration)},
      {"apt.packages", "Packages to install: name, name:architecture, name=version, name/suite or ./file.deb.",
       text_list_schema(), read_packages},
      {"apt.budget", "What the installation should take (73s). It is judged; gates.budget says what follows.",
       duration_schema(), into(&Configuration::budget, read_duration)},
      {"apt.recommends", "Whether recommended packages are installed too (true).", boolean,
       into(&Configuration::recommends, read_bool)},
      {"apt.lists-max-age", "How old package lists may be before they are fetched again (7d).", duration_schema(),
       into(&Configuration::lists_max_age, read_duration)},
      {"apt.max-age", "How old a cached installation may be before it is made anew (7d).", duration_schema(),
       into(&Configuration::max_age, read_duration)},
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
       into(&Configuration::stall, read_duration)},
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
       into(&Configuration::update_deadline, read_duration)},
      {"apt.deadlines.download", "The most that downloading the packages may take (300s).", duration_schema(),
       into(&Configuration::download_deadline, read_duration)},
      {"apt.deadlines.install", "The most that unpacking and configuring them may take (600s).", duration_schema(),
       into(&Configuration::install_deadline, read_duration)},
      {"smoke", "Commands that must work after the installation, each a command line or a map.", smoke_schema(),
       read_smoke},
      {"cache.mode", "auto: restore and save; read: restore only; off.", enum_schema({"auto", "read", "off"}),
       [](const YamlNode& node, Configuration& configuration, Faults& faults) {
         configuration.cache = read_word<CacheMode>(
             node, faults, {{"auto", CacheMode::automatic}, {"read", CacheMode::read}, {"off", CacheMode::off}});
       }},
      {"cache.store", "Where cache archives are kept: github:, s3://BUCKET/FOLDER or file:DIR.", text,
       into(&Configuration::cache_store, read_text)},
      {"cache.version", "Changing it abandons all earlier caches.", text,
       into(&Configuration::cache_version, read_text)},
      {"caches",
       "Paths to keep from one job to the next, each with a name, its paths, and key-files: the files that its "
       "contents "
       "depend on. Also restore-keys, and save: success or always. use takes what is not said from a ready rule: npm, "
       "yarn, pnpm, pip, cargo, maven, gradle or ccache.",
       cache_entries_schema(),
       [](const YamlNode& node, Configuration& configuration, Faults& faults) {
         configuration.caches = read_cache_entries(node, faults);
       }},
      {"report.summary", "Whether to write the job summary (true).", boolean, into(&Configuration::summary, read_bool)},
      {"report.annotations", "Whether to write annotations (true).", boolean,
       into(&Configuration::annotations, read_bool)},
      {"report.check",
       "Whether to make a check run; needs a token with checks: write (auto: where the token can, else silently not).",
       Json::object().set("enum", Json::array().push("auto").push(true).push(false)),
       [](const YamlNode& node, Configuration& configuration, Faults& faults) {
         configuration.check = read_word<CheckRun>(
             node, faults, {{"auto", CheckRun::automatic}, {"true", CheckRun::on}, {"false", CheckRun::off}});
       }},
      {"report.check-name", "The name of the check run.", text, into(&Configuration::check_name, read_text)},
      {"history.store", "Where records are kept: git:BRANCH, s3://BUCKET/FOLDER, postgresql://URL, file:DIR or off.",
       text, into(&Configuration::history, read_text)},
      {"history.keep.days", "Records younger than this are kept (30).", count, count_into(&Configuration::keep_days)},
      {"history.keep.runs", "So many of the newest records are kept, however old (50).", count,
       count_into(&Configuration::keep_runs)},
      {"gates.budget", "What a missed budget does: off, warn, or fail with exit code 5 (warn).",
       enum_schema({"off", "warn", "fail"}), into(&Configuration::budget_gate, read_gate)},
      {"gates.regression",
       "What follows when the history says that the job has become slower: off, warn, or fail with exit code 5 (off).",
       enum_schema({"off", "warn", "fail"}), into(&Configuration::regression_gate, read_gate)},
  };
  for (auto& key : go_keys()) keys.push_back(std::move(key));
  return keys;
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
