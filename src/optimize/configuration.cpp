#include "optimize/configuration.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "base/text.hpp"
#include "optimize/configuration_keys.hpp"
#include "platform/filesystem.hpp"

namespace ci::optimize {
namespace {

using base::YamlNode;

// Reads the members of one map against the keys below `prefix` ("apt.", "" at the top).
void read_map(const YamlNode& map, const std::string& prefix, Configuration& configuration, Faults& faults) {
  for (const auto& [name, value] : map.members) {
    const std::string path = prefix + name.text;
    const ConfigurationKey* key = nullptr;
    bool is_section = false;
    std::vector<std::string> known;
    for (const auto& candidate : configuration_keys()) {
      if (candidate.path == path) key = &candidate;
      if (candidate.path.starts_with(path + ".")) is_section = true;
      if (candidate.path.starts_with(prefix)) {
        known.push_back(candidate.path.substr(prefix.size(), candidate.path.find('.', prefix.size()) - prefix.size()));
      }
    }
    if (key != nullptr) {
      key->read(value, configuration, faults);
    } else if (!is_section) {
      const auto near = base::nearest(name.text, known);
      faults.add(name.at,
                 fmt::format("unknown key '{}'{}", path, near ? fmt::format("; did you mean '{}'?", *near) : ""));
    } else if (value.kind == YamlNode::Kind::map) {
      read_map(value, path + ".", configuration, faults);
    } else if (value.kind != YamlNode::Kind::null) {
      faults.add(value.at, fmt::format("'{}' must be a map of settings", path));
    }
  }
}

template <class T>
void take(std::optional<T>& strong, const std::optional<T>& weak) {
  if (!strong) strong = weak;
}

void take_go(GoConfiguration& strong, const GoConfiguration& weak) {
  take(strong.module, weak.module);
  take(strong.tags, weak.tags);
  take(strong.binary, weak.binary);
  take(strong.build, weak.build);
  take(strong.smoke, weak.smoke);
  take(strong.build_deadline, weak.build_deadline);
  take(strong.wait, weak.wait);
  take(strong.modules, weak.modules);
  take(strong.save, weak.save);
  take(strong.limit, weak.limit);
  take(strong.restore, weak.restore);
  take(strong.file_times, weak.file_times);
}

// The schema node of `path` below `root`, made on the way.
void add_property(base::Json& node, const std::string& path, const base::Json& schema) {
  const auto dot = path.find('.');
  const std::string name = path.substr(0, dot);
  base::Json properties = node["properties"];
  if (dot == std::string::npos) {
    properties.set(name, schema);
  } else {
    base::Json section = properties[name];
    if (section.is_null())
      section.set("type", "object").set("additionalProperties", false).set("properties", base::Json::object());
    add_property(section, path.substr(dot + 1), schema);
    properties.set(name, std::move(section));
  }
  node.set("properties", std::move(properties));
}

}  // namespace

bool GoConfiguration::asked_for() const {
  return module || tags || binary || build || smoke || build_deadline || wait || modules || save || limit || restore ||
         file_times;
}

Configuration merge(Configuration strong, const Configuration& weak) {
  take(strong.packages, weak.packages);
  take(strong.budget, weak.budget);
  take(strong.recommends, weak.recommends);
  take(strong.lists_max_age, weak.lists_max_age);
  take(strong.max_age, weak.max_age);
  take(strong.ephemeral, weak.ephemeral);
  take(strong.stall, weak.stall);
  take(strong.min_rate, weak.min_rate);
  take(strong.sources, weak.sources);
  take(strong.mirrors, weak.mirrors);
  take(strong.update_deadline, weak.update_deadline);
  take(strong.download_deadline, weak.download_deadline);
  take(strong.install_deadline, weak.install_deadline);
  take(strong.deadline, weak.deadline);
  take(strong.cache, weak.cache);
  take(strong.cache_store, weak.cache_store);
  take(strong.cache_version, weak.cache_version);
  take(strong.caches, weak.caches);
  take_go(strong.go, weak.go);
  take(strong.smoke, weak.smoke);
  take(strong.summary, weak.summary);
  take(strong.annotations, weak.annotations);
  take(strong.check, weak.check);
  take(strong.check_name, weak.check_name);
  take(strong.history, weak.history);
  take(strong.keep_days, weak.keep_days);
  take(strong.keep_runs, weak.keep_runs);
  take(strong.budget_gate, weak.budget_gate);
  take(strong.regression_gate, weak.regression_gate);
  return strong;
}

base::Result<Configuration> parse_configuration(const std::string& text, const std::string& file) {
  Configuration configuration;
  Faults faults(file);
  const auto document = base::parse_yaml(text);
  if (!document) {
    faults.add(document.error().at, document.error().message);
  } else if (document->kind == YamlNode::Kind::map) {
    read_map(*document, "", configuration, faults);
  } else if (document->kind != YamlNode::Kind::null) {
    faults.add(document->at, "the configuration must be a map of settings");
  }
  if (!faults.empty()) {
    return base::fail(base::ErrorKind::data, faults.text(),
                      "ci-optimizer schema prints every key with its description");
  }
  return configuration;
}

base::Result<Configuration> load_configuration(const std::string& file, const std::string& folder) {
  namespace fs = std::filesystem;
  std::string path = file;
  if (path.empty()) {
    for (const char* candidate : {"ci-optimizer.yml", ".github/ci-optimizer.yml"}) {
      std::error_code error;
      if (path.empty() && fs::exists(fs::path(folder) / candidate, error))
        path = (fs::path(folder) / candidate).string();
    }
    if (path.empty()) return Configuration{};
  }
  const auto text = platform::read_file(path, std::size_t{1} << 20);
  if (!text) return base::fail(base::ErrorKind::data, text.error().message, "check the path given with --config");
  return parse_configuration(*text, path.starts_with("./") ? path.substr(2) : path);
}

std::optional<Gate> parse_gate(std::string_view word) {
  if (word == "off") return Gate::off;
  if (word == "warn") return Gate::warn;
  if (word == "fail") return Gate::fail;
  return std::nullopt;
}

std::optional<CacheMode> parse_cache_mode(std::string_view word) {
  if (word == "auto") return CacheMode::automatic;
  if (word == "read") return CacheMode::read;
  if (word == "off") return CacheMode::off;
  return std::nullopt;
}

bool apply_report(std::string_view word, Configuration& configuration) {
  if (word == "auto") return true;
  if (word != "summary" && word != "check" && word != "off") return false;
  configuration.summary = word != "off";
  configuration.annotations = word != "off";
  configuration.check = word == "check" ? CheckRun::on : CheckRun::off;
  return true;
}

base::Json configuration_schema() {
  base::Json schema;
  schema.set("$schema", "http://json-schema.org/draft-07/schema#")
      .set("title", "ci-optimizer.yml")
      .set("type", "object")
      .set("additionalProperties", false)
      .set("properties", base::Json::object());
  for (const auto& key : configuration_keys()) {
    base::Json property = key.schema;
    add_property(schema, key.path, property.set("description", key.description));
  }
  return schema;
}

}  // namespace ci::optimize
