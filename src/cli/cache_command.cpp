#include <fmt/format.h>

#include <cstdio>

#include "action/file_commands.hpp"
#include "base/text.hpp"
#include "cache/cache_restore.hpp"
#include "cache/cache_save.hpp"
#include "cache/superseded.hpp"
#include "cli/commands.hpp"
#include "key/parts.hpp"
#include "optimize/cache_place.hpp"
#include "optimize/exit_code.hpp"
#include "platform/child_process.hpp"
#include "platform/filesystem.hpp"
#include "store/key.hpp"
#include "store/locator.hpp"
#include "store/toolkit_version.hpp"

namespace ci::cli {
namespace {

using base::ErrorKind;
using base::fail;
using base::Json;

void print(const Json& document) {
  std::printf("%s\n", document.pretty().c_str());
}

// How actions/cache compresses on this machine.
tar::Compression tar_compression(const platform::Platform& platform) {
  return platform::find_program("zstd", platform.environment.get("PATH")) ? tar::Compression::zstd
                                                                          : tar::Compression::gzip;
}

// The version under which actions/cache keeps entries of these paths.
std::string version_for_tar(const std::vector<std::string>& paths, tar::Compression compression) {
  std::vector<std::string> lines;
  for (const auto& path : paths) {
    for (const auto& line : base::split(path, '\n')) {
      if (!base::trim(line).empty()) lines.emplace_back(base::trim(line));
    }
  }
  return store::toolkit_version(
      lines, compression == tar::Compression::zstd ? store::ToolkitCompression::zstd : store::ToolkitCompression::gzip);
}

// The store that is asked for by --store, by the configuration, or by where this runs.
base::Result<std::unique_ptr<store::Store>> open_store(const CommandLine& line, const platform::Platform& platform) {
  std::string url = line.cache.store;
  if (url.empty()) {
    const auto configuration = gather_configuration(line, platform);
    if (!configuration) return fail(configuration.error());
    url = configuration->cache_store.value_or("");
  }
  if (url.empty()) url = optimize::default_cache_store(platform.environment);
  // Listing and removing need no service, only its REST API, which any step reaches.
  const bool only_lists = line.command == CommandName::cache_list || line.command == CommandName::cache_prune;
  if (url.empty() && only_lists && platform.environment.get("GITHUB_ACTIONS") == "true") url = "github:";
  if (url.empty()) {
    return fail(ErrorKind::usage, "nobody says where caches are kept",
                "give --store s3://BUCKET/FOLDER or file:DIR; a run: step on GitHub cannot reach the Actions cache");
  }
  store::StoreLimits limits{optimize::kStoreLimit, {}};
  if (line.cache.budget) limits.time = {*line.cache.budget, *line.cache.budget};
  if (line.cache.format == cache::ArchiveFormat::tar) {
    if (url != "github:") return fail(ErrorKind::usage, "--format tar is for --store github: alone");
    limits.version = version_for_tar(line.cache.paths, tar_compression(platform));
  }
  return store::open_store(url, limits, platform);
}

base::Result<cache::PathSet> read_paths(const CommandLine& line, const platform::Platform& platform) {
  const auto place = cache::path_place(platform.environment);
  if (!place) return fail(place.error());
  return cache::PathSet::read(line.cache.paths, *place);
}

base::Result<void> check_keys(const CommandLine& line) {
  if (auto fine = store::check_key(line.cache.key); !fine) return fine;
  for (const auto& key : line.cache.restore_keys) {
    if (auto fine = store::check_key(key); !fine) return fail(fine.error().within("--restore-key"));
  }
  return {};
}

base::Result<int> restore(const CommandLine& line, const platform::Platform& platform) {
  if (auto fine = check_keys(line); !fine) return fail(fine.error());
  const auto paths = read_paths(line, platform);
  if (!paths) return fail(paths.error());
  const auto store = open_store(line, platform);
  if (!store) return fail(store.error());

  cache::RestoreRequest request;
  request.key = line.cache.key;
  request.restore_keys = line.cache.restore_keys;
  request.budget = line.cache.budget.value_or(request.budget);
  request.format = line.cache.format;
  auto restored = cache::restore_paths(**store, *paths, request, platform);
  auto& outcome = restored.outcome;
  outcome.name = "paths";
  if (platform.cancellation.signal() != 0) return fail(ErrorKind::cancelled, "interrupted");
  if (const auto file = platform.environment.get("GITHUB_OUTPUT"); !file.empty()) {
    const auto written = action::append_outputs(file, {{"cache-hit", outcome.outcome == "exact" ? "true" : "false"},
                                                       {"cache-key", outcome.key},
                                                       {"matched-key", outcome.matched_key}});
    if (!written) platform.log.warning(written.error().message);
  }
  for (const auto& path : restored.mixed)
    platform.log.warning(fmt::format("{} may hold files of an entry that was not restored to its end", path));
  if (line.json) {
    print(to_json(outcome));
  } else if (outcome.outcome == "miss") {
    std::printf("miss: %s\n", outcome.reason.c_str());
  } else {
    std::printf("%s hit: %s (%s in %s)%s%s\n", outcome.outcome.c_str(), outcome.matched_key.c_str(),
                base::human_bytes(outcome.bytes).c_str(), base::human_seconds(outcome.restore_seconds).c_str(),
                outcome.reason.empty() ? "" : "; ", outcome.reason.c_str());
  }
  return outcome.outcome == "miss" && line.cache.fail_on_miss ? optimize::kEnvironment : optimize::kDone;
}

base::Result<int> save(const CommandLine& line, const platform::Platform& platform) {
  if (auto fine = check_keys(line); !fine) return fail(fine.error());
  const auto paths = read_paths(line, platform);
  if (!paths) return fail(paths.error());
  const auto store = open_store(line, platform);
  if (!store) return fail(store.error());

  cache::SaveRequest request;
  request.key = line.cache.key;
  request.budget = line.cache.budget.value_or(request.budget);
  request.format = line.cache.format;
  request.tar_compression = tar_compression(platform);
  if (!line.cache.parts_file.empty()) {
    const auto text = platform::read_file(line.cache.parts_file, 2 * key::kLongestParts);
    if (!text) return fail(text.error());
    auto parts = key::parts_of_label(*text);
    if (!parts) return fail(parts.error().within(line.cache.parts_file));
    request.parts = std::move(*parts);
  }
  const auto saved = cache::save_paths(**store, *paths, request, platform);
  if (platform.cancellation.signal() != 0) return fail(ErrorKind::cancelled, "interrupted");
  const std::string status(cache::word(saved.status));
  const bool is_worth_a_warning =
      saved.status != cache::SaveStatus::saved && saved.status != cache::SaveStatus::already_there;
  if (is_worth_a_warning) platform.log.warning(fmt::format("not saved: {}", saved.reason));
  if (line.json) {
    print(Json::object()
              .set("key", line.cache.key)
              .set("status", status)
              .set("reason", saved.reason)
              .set("bytes", saved.bytes)
              .set("members", static_cast<std::int64_t>(saved.members))
              .set("seconds", saved.seconds));
  } else if (saved.status == cache::SaveStatus::saved) {
    std::printf("saved: %s (%s in %s)\n", line.cache.key.c_str(), base::human_bytes(saved.bytes).c_str(),
                base::human_seconds(saved.seconds).c_str());
  } else {
    std::printf("not saved: %s\n", status.c_str());
  }
  return optimize::kDone;
}

double age_in_seconds(const store::Entry& entry, const platform::Platform& platform) {
  return std::chrono::duration<double>(platform.clock.now() - entry.created).count();
}

Json entry_json(const store::Entry& entry, const platform::Platform& platform) {
  Json json;
  json.set("key", entry.key).set("bytes", static_cast<std::int64_t>(entry.bytes));
  json.set("created", base::to_rfc3339(entry.created)).set("age_seconds", age_in_seconds(entry, platform));
  if (!entry.scope.empty()) json.set("scope", entry.scope);
  return json;
}

std::string entry_line(const store::Entry& entry, const platform::Platform& platform) {
  return fmt::format("{:>9}  {:>12}  {}{}", base::human_bytes(static_cast<std::int64_t>(entry.bytes)),
                     base::human_seconds(age_in_seconds(entry, platform)), entry.key,
                     entry.scope.empty() ? "" : "  " + entry.scope);
}

base::Result<int> list(const CommandLine& line, const platform::Platform& platform) {
  const auto store = open_store(line, platform);
  if (!store) return fail(store.error());
  const auto entries = (*store)->list(line.cache.key);
  if (!entries) return fail(entries.error());
  Json document = Json::array();
  for (const auto& entry : *entries) {
    if (line.json) {
      document.push(entry_json(entry, platform));
    } else {
      std::printf("%s\n", entry_line(entry, platform).c_str());
    }
  }
  if (line.json) print(Json::object().set("entries", std::move(document)));
  return optimize::kDone;
}

base::Result<int> prune(const CommandLine& line, const platform::Platform& platform) {
  const auto store = open_store(line, platform);
  if (!store) return fail(store.error());
  const auto entries = (*store)->list(line.cache.key);
  if (!entries) return fail(entries.error());
  // A delta that the prefix leaves out may need an entry that it does not.
  const auto all = line.cache.key.empty() ? entries : (*store)->list(cache::kOurKeys);
  if (!all) return fail(all.error());
  const cache::PruneRule rule{line.cache.keep, line.cache.older_than};
  Json removed = Json::array();
  for (const auto& entry : cache::superseded(*entries, rule, platform.clock.now(), *all)) {
    if (!line.dry_run) {
      if (const auto gone = (*store)->remove(entry); !gone) return fail(gone.error());
    }
    if (line.json) {
      removed.push(entry_json(entry, platform));
    } else {
      std::printf("%s %s\n", line.dry_run ? "would remove" : "removed", entry_line(entry, platform).c_str());
    }
  }
  if (line.json) print(Json::object().set("dry_run", line.dry_run).set("removed", std::move(removed)));
  return optimize::kDone;
}

}  // namespace

base::Result<int> run_cache(const CommandLine& line, const platform::Platform& platform) {
  switch (line.command) {
    case CommandName::cache_restore:
      return restore(line, platform);
    case CommandName::cache_save:
      return save(line, platform);
    case CommandName::cache_list:
      return list(line, platform);
    default:
      return prune(line, platform);
  }
}

}  // namespace ci::cli
