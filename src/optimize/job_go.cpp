#include "optimize/job_go.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "github/context.hpp"
#include "github/event.hpp"
#include "golang/build_cache.hpp"
#include "golang/file_times.hpp"
#include "golang/go_key.hpp"
#include "optimize/exit_code.hpp"
#include "optimize/go_binary.hpp"
#include "optimize/job_caches.hpp"

namespace ci::optimize {
namespace {

constexpr const char* kModules = "go-modules";
constexpr const char* kBuild = "go-build";
constexpr base::Duration kDownload = std::chrono::minutes(5);
constexpr std::int64_t kBytesThatTell = 1'000'000;  // of a restore, how quick restores are

// Why this job does not save the build cache; "" when it does. Entries of other branches are seen by their own jobs
// alone, and each takes its share of the repository's room.
std::string why_not_saved(GoSave save, const platform::Environment& environment) {
  if (save == GoSave::never) return "go.save is never";
  const auto context = github::from_environment(environment);
  if (save == GoSave::always || !context.in_actions) return "";
  const std::string usual = github::default_branch(context);
  if (usual.empty()) return "";
  if (environment.get("GITHUB_REF") == "refs/heads/" + usual) return "";
  return fmt::format("only jobs of {} save it (go.save: always saves it everywhere)", usual);
}

class GoJob {
 public:
  GoJob(const platform::Platform& platform, const Request& request, EarlierJobs& earlier)
      : platform_(platform), request_(request), go_(*request.go), earlier_(earlier) {}

  GoResult run() {
    const auto project = golang::read_project(go_.key, platform_);
    if (!project) {
      without_go(project.error());
    } else {
      result_.go.toolchain = project->toolchain;
      platform_.log.info(fmt::format("Go {} for {}", project->toolchain, project->workspace.folder.string()));
      with_go(*project);
    }
    for (const auto& cache : result_.caches) result_.outcomes.push_back(cache.outcome);
    if (result_.restored_at == base::TimePoint{}) result_.restored_at = platform_.clock.now();
    return std::move(result_);
  }

 private:
  void without_go(const base::Error& error) {
    history::Problem problem;
    problem.level = go_.key.binary.empty() ? history::Problem::Level::warning : history::Problem::Level::failure;
    problem.step = "go";
    problem.kind = error.kind == base::ErrorKind::environment ? "no-go" : "no-key";
    problem.message = "the Go caches have no key: " + error.message;
    problem.hint = error.hint;
    if (go_.key.binary.empty()) {
      platform_.log.warning(problem.message);
    } else {
      problem.message = fmt::format("cannot restore or build {}: {}", go_.key.binary, error.message);
      result_.exit_code = exit_code(error.kind, platform_.cancellation.signal());
      history::BinaryEntry entry;
      entry.paths = {go_.key.binary};
      entry.states = {history::BinaryState::missing};
      entry.reason = error.message;
      result_.go.binary = std::move(entry);
    }
    for (const char* name : {kModules, kBuild}) {
      history::CacheOutcome skipped;
      skipped.name = name;
      skipped.reason = error.message;
      result_.outcomes.push_back(std::move(skipped));
    }
    result_.problems.push_back(std::move(problem));
  }

  void with_go(const golang::GoProject& project) {
    std::optional<GoBinary> binary;
    bool there = false;
    if (!go_.key.binary.empty()) {
      auto key = golang::go_key(golang::GoCache::binary, project, go_.key, platform_);
      if (!key) return without_go(key.error());
      binary.emplace(platform_, request_, std::move(*key), project.workspace.folder);
      there = binary->restore();
    }
    const bool needed = !there || go_.restore == GoRestore::always;
    result_.go.cache.emplace();
    build_cache(project, needed);
    modules(project, needed);  // after it, since by then it is known how quick a restore is
    result_.restored_at = platform_.clock.now();
    if (!binary) return;
    if (!there) binary->build();
    auto done = binary->take();
    result_.go.binary = std::move(done.entry);
    result_.outcomes.insert(result_.outcomes.begin(), std::move(done.cache));
    result_.smoke = std::move(done.smoke);
    for (auto& problem : done.problems) result_.problems.push_back(std::move(problem));
    result_.exit_code = done.exit_code;
    result_.by_deadline = done.by_deadline;
  }

  void modules(const golang::GoProject& project, bool needed) {
    auto& shared = *result_.go.cache;
    CacheState cache;
    cache.outcome.name = kModules;
    cache.kind = CacheKind::go_modules;
    for (const auto& file : project.workspace.folders) cache.go_sums.push_back((file.path / "go.sum").string());
    if (const auto& work = project.tool.get("GOWORK"); !work.empty() && work != "off")
      cache.go_sums.push_back(work + ".sum");
    if (go_.modules == GoModules::off) {
      cache.outcome.reason = "go.modules is off";
    } else if (is_vendored(project)) {
      cache.outcome.reason = "the modules are vendored: nothing is downloaded";
    } else {
      restore(golang::GoCache::modules, project, project.tool.get("GOMODCACHE"), needed, cache);
      if (cache.outcome.outcome == "miss" || cache.outcome.outcome == "prefix") download(project, cache);
    }
    shared.key = cache.outcome.key;
    shared.paths = {project.tool.get("GOMODCACHE"), project.tool.get("GOCACHE")};
    result_.caches.push_back(std::move(cache));
  }

  // Downloads what the restored cache lacks, so that the entry that is saved has all of it, whatever this job needs.
  // What a download of everything takes is measured.
  void download(const golang::GoProject& project, CacheState& cache) {
    platform::Command command;
    command.argv = {"go", "mod", "download"};
    command.directory = project.workspace.folder.string();
    command.timeout = time_left(request_, platform_.clock, kDownload);
    command.on_line = [this](platform::Stream, std::string_view line) { platform_.log.tool_line(line); };
    const auto began = platform_.clock.monotonic();
    const auto outcome = platform_.processes.run(command);
    if (!outcome || !outcome->succeeded()) {
      const auto why =
          outcome ? outcome->describe() + ": " + std::string(base::trim(outcome->err)) : outcome.error().message;
      return platform_.log.warning("go mod download: " + why);
    }
    const double seconds = base::seconds(platform_.clock.monotonic() - began);
    platform_.log.info(fmt::format("go mod download took {}", base::human_seconds(seconds)));
    if (cache.outcome.outcome != "miss") return;
    cache.outcome.cold_seconds = seconds;
    cache.cold_seconds = {seconds};
  }

  // A restore is as quick as that of the build cache just before it was.
  [[nodiscard]] std::string slower_than_download(const store::Entry& entry, const cache::EntryLabel& label) const {
    const double download = cache::median_cold_seconds(label);
    if (result_.caches.empty() || download <= 0) return "";
    const auto& measured = result_.caches.back().outcome;
    const auto bytes = measured.bytes + measured.base_bytes;
    if (!is_hit(measured) || bytes < kBytesThatTell || measured.restore_seconds <= 0) return "";
    const double rate = static_cast<double>(bytes) / measured.restore_seconds;
    const double restore = static_cast<double>(entry.bytes) / rate;
    if (restore <= download) return "";
    return fmt::format("a download takes {}, a restore about {} (go.modules: always restores all the same)",
                       base::human_seconds(download), base::human_seconds(restore));
  }

  void build_cache(const golang::GoProject& project, bool needed) {
    CacheState cache;
    cache.outcome.name = kBuild;
    cache.kind = CacheKind::go_build;
    cache.limit = go_.limit;
    cache.unsaved = why_not_saved(go_.save, platform_.environment);
    const auto& folder = project.tool.get("GOCACHE");
    restore(golang::GoCache::build, project, folder, needed, cache);
    if (cache.outcome.outcome != "skipped") {
      if (is_hit(cache.outcome)) warn(golang::mark_trimmed(folder, platform_.clock.now()));
      cache.actions = golang::count_actions(folder).value_or(0);
      if (go_.times_from_contents) set_times(project);
    }
    result_.caches.push_back(std::move(cache));
  }

  void restore(golang::GoCache kind, const golang::GoProject& project, const std::string& folder, bool needed,
               CacheState& cache) {
    cache.paths = {folder};
    const auto skip = [&](const std::string& why) {
      cache.outcome.outcome = "skipped";
      cache.outcome.reason = why;
    };
    auto key = golang::go_key(kind, project, go_.key, platform_);
    if (!key) return skip(key.error().message);
    cache.outcome.key = key->text;
    if (!needed) return skip("the binary was restored (go.restore: always restores this all the same)");
    if (folder.empty() || folder == "off") return skip("go env names no folder for it");
    const auto place = cache::path_place(platform_.environment);
    const auto paths = place ? cache::PathSet::read({folder}, *place) : base::fail(place.error());
    if (!paths) return skip(paths.error().message);
    WorthRule why_not;
    if (kind == golang::GoCache::modules && go_.modules == GoModules::automatic)
      why_not = [this](const auto& entry, const auto& label) { return slower_than_download(entry, label); };
    const auto began = platform_.clock.now();
    const auto restored = restore_cache(platform_, request_, *paths, *key, why_not, earlier_, cache);
    if (!restored) return skip(restored.error().message);
    cache.used_since = kind == golang::GoCache::build ? began - golang::kTimeRenewed : platform_.clock.now();
    if (kind == golang::GoCache::modules) {
      const auto tree = paths->state(platform_.cancellation);
      cache.tree = tree ? base::hex(*tree) : "";
      auto& shared = *result_.go.cache;
      shared.hit = is_hit(cache.outcome);
      if (shared.hit) shared.last_updated = restored->label.created;
      shared.state = shared.hit ? history::GoCacheState::warm : history::GoCacheState::cold;
    }
  }

  void set_times(const golang::GoProject& project) {
    const auto set = golang::set_times_from_contents(project.workspace.folders, platform_);
    if (!set) return warn(base::fail(set.error()));
    platform_.log.detail(fmt::format("{} files have times that follow from their contents", *set));
  }

  void warn(const base::Result<void>& done) {
    if (!done) platform_.log.warning(done.error().message);
  }

  // go.dev/ref/mod, "Vendoring": from Go 1.14 on, a vendor folder is used unless -mod says otherwise.
  static bool is_vendored(const golang::GoProject& project) {
    std::error_code error;
    const bool there = std::filesystem::exists(project.workspace.folder / "vendor/modules.txt", error);
    const auto& flags = project.tool.get("GOFLAGS");
    const bool otherwise =
        flags.find("-mod=mod") != std::string::npos || flags.find("-mod=readonly") != std::string::npos;
    return there && !otherwise;
  }

  const platform::Platform& platform_;
  const Request& request_;
  const GoRequest& go_;
  EarlierJobs& earlier_;
  GoResult result_;
};

}  // namespace

GoResult run_go(const platform::Platform& platform, const Request& request, EarlierJobs& earlier) {
  return GoJob(platform, request, earlier).run();
}

bool saved_go_cache(const std::vector<history::CacheOutcome>& outcomes) {
  return std::any_of(outcomes.begin(), outcomes.end(), [](const auto& outcome) {
    return (outcome.name == kModules || outcome.name == kBuild) && outcome.save_seconds > 0;
  });
}

}  // namespace ci::optimize
