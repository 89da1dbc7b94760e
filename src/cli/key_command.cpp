#include <fmt/format.h>

#include <cstdio>

#include "apt/delta_key.hpp"
#include "apt/sources.hpp"
#include "base/json_texts.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "cache/path_set.hpp"
#include "cache/paths_key.hpp"
#include "cli/commands.hpp"
#include "golang/go_key.hpp"
#include "key/difference.hpp"
#include "key/nearest.hpp"
#include "optimize/cache_place.hpp"
#include "optimize/exit_code.hpp"
#include "optimize/request.hpp"
#include "platform/become.hpp"
#include "platform/foreign_text.hpp"
#include "store/locator.hpp"

namespace ci::cli {
namespace {

constexpr std::size_t kMostLines = 20;  // of facts or differences of one part, on a terminal

base::Result<key::Key> apt_key(const optimize::Configuration& configuration, const platform::Platform& platform) {
  if (!configuration.packages || configuration.packages->empty()) {
    return base::fail(base::ErrorKind::usage, "no packages are named, neither here nor in the configuration");
  }
  auto program = platform::own_program();
  if (!program) return base::fail(program.error());
  const auto request = optimize::make_request(configuration, platform, *program);
  if (!request) return base::fail(request.error());
  std::optional<apt::ConfiguredSources> configured;
  if (!request->apt->sources.empty()) {
    auto made = apt::ConfiguredSources::make(apt::kMachineSourceParts, request->apt->sources);
    if (!made) return base::fail(made.error());
    configured.emplace(std::move(*made));
  }
  auto made =
      apt::delta_key(*request->apt, configured ? &*configured : nullptr, configuration.cache_version.value_or(""));
  if (!made) return base::fail(made.error());
  return std::move(made->key);
}

// The key of the cache that the configuration calls `name`.
base::Result<key::Key> declared_key(const std::string& name, const optimize::Configuration& configuration,
                                    const platform::Platform& platform) {
  const auto caches = configuration.caches.value_or(std::vector<cache::CacheSpec>{});
  const auto spec = std::find_if(caches.begin(), caches.end(), [&](const auto& one) { return one.name == name; });
  if (spec == caches.end()) {
    std::vector<std::string> names;
    for (const auto& one : caches) names.push_back(one.name);
    return base::fail(base::ErrorKind::usage, fmt::format("the configuration has no cache named '{}'", name),
                      names.empty() ? "its key `caches` names none" : "it has " + base::join(names, ", "));
  }
  const auto place = cache::path_place(platform.environment);
  if (!place) return base::fail(place.error());
  const auto paths = cache::PathSet::read(spec->paths, *place);
  if (!paths) return base::fail(paths.error());
  return cache::make_paths_key(*spec, paths->names(), configuration.cache_version.value_or(""), platform);
}

base::Result<key::Key> make_key(const CommandLine& line, const optimize::Configuration& configuration,
                                const platform::Platform& platform) {
  if (line.command == CommandName::key_apt) return apt_key(configuration, platform);
  if (line.command == CommandName::key_cache) return declared_key(line.arguments.front(), configuration, platform);
  const golang::GoKeyRequest request{line.key.module, line.key.binary, line.key.build, line.key.tags,
                                     configuration.cache_version.value_or("")};
  switch (line.command) {
    case CommandName::key_go_modules:
      return golang::go_key(golang::GoCache::modules, request, platform);
    case CommandName::key_go_build:
      return golang::go_key(golang::GoCache::build, request, platform);
    default:
      return golang::go_key(golang::GoCache::binary, request, platform);
  }
}

// The entry to compare with, and the differences.
struct Explanation {
  std::optional<key::NearestEntry> nearest;
  std::vector<key::Difference> differences;
  std::string store;      // "" = none is known
  std::string not_found;  // why there is no entry
};

base::Result<Explanation> explain(const key::Key& key, const optimize::Configuration& configuration,
                                  const platform::Platform& platform) {
  Explanation explanation;
  explanation.store = configuration.cache_store.value_or("");
  if (explanation.store.empty()) explanation.store = optimize::default_cache_store(platform.environment);
  if (explanation.store.empty()) {
    explanation.not_found = "no store is known: give --store";
    return explanation;
  }
  const auto store = store::open_store(explanation.store, {}, platform);
  if (!store) return base::fail(store.error());
  auto nearest = key::find_nearest(**store, key);
  if (!nearest) {
    platform.log.warning("cannot look into " + explanation.store + ": " + nearest.error().message);
    explanation.not_found = nearest.error().message;
  } else if (!*nearest) {
    explanation.not_found = "no entry there is like it";
  } else {
    explanation.nearest = std::move(*nearest);
    if (explanation.nearest->parts) {
      explanation.differences = key::differences(*explanation.nearest->parts, key.parts);
    }
  }
  return explanation;
}

base::Json document(const key::Key& key, const Explanation* explanation) {
  base::Json json = base::Json::object();
  json.set("key", key.text)
      .set("restore_keys", base::texts_json(key.restore_keys))
      .set("parts", key::to_json(key.parts));
  if (explanation == nullptr) return json;
  base::Json nearest;
  if (explanation->nearest) {
    const auto& [entry, parts, why_not] = *explanation->nearest;
    base::Json differences = base::Json::array();
    for (const auto& one : explanation->differences) differences.push(key::to_json(one));
    nearest.set("key", entry.key).set("created", base::to_rfc3339(entry.created));
    if (parts) nearest.set("differences", std::move(differences));
    if (!why_not.empty()) nearest.set("reason", why_not);
  }
  json.set("store", explanation->store).set("nearest", std::move(nearest));
  if (!explanation->not_found.empty()) json.set("reason", explanation->not_found);
  return json;
}

void print(const std::string& text) {
  std::printf("%s\n", platform::disarmed_line(text).c_str());
}

void print_parts(const key::Key& key) {
  std::size_t width = 0;
  for (const auto& part : key.parts.parts) width = std::max(width, part.name.size());
  for (const auto& part : key.parts.parts) {
    print(fmt::format("{:<{}}  {}{}", part.name, width, part.value.empty() ? "(none)" : part.value,
                      part.facts.empty() ? "" : fmt::format("  ({} {})", part.facts.size(), key::word(part.kind))));
    for (std::size_t i = 0; i < part.facts.size() && i < kMostLines; ++i) {
      print(fmt::format("  {}{}{}", part.facts[i].name, part.facts[i].value.empty() ? "" : "  ", part.facts[i].value));
    }
    if (part.facts.size() > kMostLines) print(fmt::format("  and {} more", part.facts.size() - kMostLines));
  }
  for (const auto& prefix : key.restore_keys) print("restore key: " + prefix);
}

void print_differences(const Explanation& explanation) {
  if (!explanation.nearest) return print("nearest entry: none: " + explanation.not_found);
  const auto& [entry, parts, why_not] = *explanation.nearest;
  print(fmt::format("nearest entry: {}", entry.key));
  if (!parts) return print("  not compared: " + why_not);
  if (explanation.differences.empty()) print("  no difference");
  std::string part;
  std::size_t count = 0, left_out = 0;
  const auto close = [&] {
    if (left_out > 0) print(fmt::format("  and {} more of {}", left_out, part));
  };
  for (const auto& one : explanation.differences) {
    if (one.part != part) {
      close();
      part = one.part;
      count = left_out = 0;
    }
    if (++count <= kMostLines) {
      print("  " + one.text());
    } else {
      ++left_out;
    }
  }
  close();
}

}  // namespace

base::Result<int> run_key(const CommandLine& line, const platform::Platform& platform) {
  auto gathered = line;
  if (line.command == CommandName::key_apt && !line.arguments.empty()) gathered.configuration.packages = line.arguments;
  auto configuration = gather_configuration(gathered, platform);
  if (!configuration) return base::fail(configuration.error());
  configuration->history = "off";
  const auto key = make_key(line, *configuration, platform);
  if (!key) return base::fail(key.error());
  std::optional<Explanation> explanation;
  if (line.explain) {
    auto explained = explain(*key, *configuration, platform);
    if (!explained) return base::fail(explained.error());
    explanation = std::move(*explained);
  }
  if (line.json) {
    std::printf("%s\n", document(*key, explanation ? &*explanation : nullptr).pretty().c_str());
    return optimize::kDone;
  }
  if (explanation) {
    print_parts(*key);
    print_differences(*explanation);
  }
  std::printf("%s\n", key->text.c_str());
  return optimize::kDone;
}

}  // namespace ci::cli
