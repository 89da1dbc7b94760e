#include "optimize/request.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "cache/path_set.hpp"
#include "optimize/cache_place.hpp"
#include "store/locator.hpp"

namespace ci::optimize {
namespace {

namespace fs = std::filesystem;

bool is_ephemeral(const Configuration& configuration, const platform::Environment& environment) {
  switch (configuration.ephemeral.value_or(Ephemeral::automatic)) {
    case Ephemeral::yes:
      return true;
    case Ephemeral::no:
      return false;
    case Ephemeral::automatic:
      return environment.get("CI") == "true";
  }
  return false;
}

base::Result<apt::Settings> apt_settings(const Configuration& configuration, const platform::Platform& platform,
                                         std::string program) {
  apt::Settings settings;
  auto specs = apt::parse_package_specs(*configuration.packages);
  if (!specs) return base::fail(specs.error());
  settings.packages = std::move(*specs);
  settings.recommends = configuration.recommends.value_or(true) ? apt::Recommends::yes : apt::Recommends::no;
  settings.lifetime =
      is_ephemeral(configuration, platform.environment) ? apt::Lifetime::ephemeral : apt::Lifetime::kept;
  settings.lists_max_age = configuration.lists_max_age.value_or(settings.lists_max_age);
  settings.throughput.window = configuration.stall.value_or(settings.throughput.window);
  settings.throughput.bytes_per_second = configuration.min_rate.value_or(settings.throughput.bytes_per_second);
  settings.deadlines.update = configuration.update_deadline.value_or(settings.deadlines.update);
  settings.deadlines.download = configuration.download_deadline.value_or(settings.deadlines.download);
  settings.deadlines.install = configuration.install_deadline.value_or(settings.deadlines.install);
  settings.sources = configuration.sources.value_or(std::vector<apt::SourceEntry>{});
  settings.mirrors = configuration.mirrors.value_or(std::vector<std::string>{});
  settings.program = std::move(program);
  return settings;
}

// Where nothing is said, a machine that is kept needs no cache: its packages stay.
std::string cache_store(const Configuration& configuration, const Request& request,
                        const platform::Environment& environment) {
  if (configuration.cache == CacheMode::off) return "";
  if (configuration.cache_store && !configuration.cache_store->empty()) return *configuration.cache_store;
  const bool ephemeral = request.apt && request.apt->lifetime == apt::Lifetime::ephemeral;
  return ephemeral ? default_cache_store(environment) : "";
}

// Paths that do not make sense are found here, before anything is done.
base::Result<void> add_caches(const Configuration& configuration, Request& request,
                              const platform::Environment& environment) {
  if (configuration.cache == CacheMode::off || (!configuration.caches && !request.go)) return {};
  request.caches = configuration.caches.value_or(std::vector<cache::CacheSpec>{});
  request.caches_may_save = configuration.cache != CacheMode::read;
  request.cache_version = configuration.cache_version.value_or("");
  request.caches_store = configuration.cache_store.value_or("");
  if (request.caches_store.empty()) request.caches_store = default_cache_store(environment);
  const auto place = cache::path_place(environment);
  if (!place) return base::fail(place.error());
  for (const auto& spec : request.caches) {
    const auto paths = cache::PathSet::read(spec.paths, *place);
    if (!paths) return base::fail(base::ErrorKind::data, fmt::format("cache {}: {}", spec.name, paths.error().message));
  }
  return {};
}

base::Result<void> add_go(const Configuration& configuration, Request& request,
                          const platform::Environment& environment) {
  const auto& go = configuration.go;
  if (!go.asked_for()) return {};
  if (go.binary.value_or("").empty() != go.build.value_or("").empty()) {
    return base::fail(base::ErrorKind::data, "a Go binary needs both its path and the command that builds it",
                      "set go.binary.path and go.binary.build");
  }
  auto& asked = request.go.emplace();
  asked.key = {go.module.value_or(""), go.binary.value_or(""), go.build.value_or(""),
               go.tags.value_or(std::vector<std::string>{}), configuration.cache_version.value_or("")};
  asked.guard = go.smoke.value_or(asked.guard);
  asked.build_deadline = go.build_deadline.value_or(asked.build_deadline);
  asked.wait = go.wait.value_or(asked.wait);
  asked.modules = go.modules.value_or(asked.modules);
  asked.save = go.save.value_or(asked.save);
  asked.limit = go.limit.value_or(asked.limit);
  asked.restore = go.restore.value_or(asked.restore);
  const auto times = go.file_times.value_or(GoFileTimes::automatic);
  asked.times_from_contents =
      times == GoFileTimes::contents || (times == GoFileTimes::automatic && is_ephemeral(configuration, environment));
  return {};
}

apt::Cache apt_cache(const Configuration& configuration, const Request& request,
                     const platform::Environment& environment) {
  apt::Cache cache;
  if (configuration.cache == CacheMode::read) cache.use = apt::CacheUse::read;
  cache.version = configuration.cache_version.value_or("");
  cache.max_age = configuration.max_age.value_or(cache.max_age);
  cache.excluded = {"/home", "/root", "/mnt", "/media", "/var/cache/apt/archives"};
  for (const char* name : {"GITHUB_WORKSPACE", "RUNNER_TEMP", "RUNNER_TOOL_CACHE"}) {
    if (auto folder = environment.get(name); folder.starts_with('/')) cache.excluded.push_back(std::move(folder));
  }
  if (request.history) {
    cache.excluded.push_back(request.history->folder.string());
    if (!request.history->spool.empty()) cache.excluded.push_back(request.history->spool.string());
  }
  constexpr std::string_view kFile = "file:";
  if (request.cache_store.starts_with(kFile)) {
    std::error_code error;
    cache.excluded.push_back(fs::absolute(request.cache_store.substr(kFile.size()), error).lexically_normal().string());
  }
  return cache;
}

}  // namespace

base::Result<Request> make_request(const Configuration& configuration, const platform::Platform& platform,
                                   std::string program) {
  Request request;
  if (configuration.deadline) request.deadline = platform.clock.monotonic() + *configuration.deadline;
  if (configuration.packages && !configuration.packages->empty()) {
    auto settings = apt_settings(configuration, platform, std::move(program));
    if (!settings) return base::fail(settings.error());
    settings->deadline = request.deadline;
    request.apt = std::move(*settings);
  }
  request.smoke = configuration.smoke.value_or(std::vector<smoke::SmokeTest>{});
  request.budget = configuration.budget.value_or(request.budget);
  request.budget_gate = configuration.budget_gate.value_or(request.budget_gate);
  request.regression_gate = configuration.regression_gate.value_or(request.regression_gate);
  request.summary = configuration.summary.value_or(true);
  request.annotations = configuration.annotations.value_or(true);
  request.check = configuration.check.value_or(CheckRun::automatic);
  request.check_name = configuration.check_name.value_or("");
  request.retention.days = configuration.keep_days.value_or(request.retention.days);
  request.retention.runs = configuration.keep_runs.value_or(request.retention.runs);
  auto history = history_place(configuration.history.value_or(""), platform.environment);
  if (!history) return base::fail(history.error());
  request.history = std::move(*history);
  request.cache_store = cache_store(configuration, request, platform.environment);
  if (auto added = add_go(configuration, request, platform.environment); !added) return base::fail(added.error());
  if (auto added = add_caches(configuration, request, platform.environment); !added) return base::fail(added.error());
  for (const auto& url : {request.cache_store, request.caches_store}) {
    if (url.empty()) continue;
    if (const auto store = store::open_store(url, {}, platform); !store) return base::fail(store.error());
  }
  if (!request.cache_store.empty()) request.cache = apt_cache(configuration, request, platform.environment);
  return request;
}

base::Duration time_left(const Request& request, const platform::Clock& clock, base::Duration most) {
  if (!request.deadline) return most;
  return std::clamp(*request.deadline - clock.monotonic(), base::Duration(1000), most);
}

}  // namespace ci::optimize
