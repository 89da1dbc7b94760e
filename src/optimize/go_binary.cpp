#include "optimize/go_binary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/text.hpp"
#include "key/difference.hpp"
#include "key/nearest.hpp"
#include "optimize/cache_place.hpp"
#include "smoke/smoke_test.hpp"
#include "store/locator.hpp"

namespace ci::optimize {
namespace {

namespace fs = std::filesystem;
using history::BinaryState;

constexpr auto kFirstPause = std::chrono::milliseconds(500);
constexpr auto kLongestPause = std::chrono::seconds(5);

// For sh(1).
std::string quoted(const std::string& text) {
  std::string shell = "'";
  for (const char letter : text) shell += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
  return shell + "'";
}

}  // namespace

GoBinary::GoBinary(const platform::Platform& platform, const Request& request, key::Key key, fs::path folder)
    : platform_(platform),
      request_(request),
      go_(*request.go),
      key_(std::move(key)),
      folder_(std::move(folder)),
      fresh_prefix_(key_.text + "-fresh-"),
      job_(platform.environment.get("GITHUB_JOB")),
      run_(fmt::format("{}.{}", platform.environment.get("GITHUB_RUN_ID"),
                       platform.environment.get("GITHUB_RUN_ATTEMPT"))) {
  result_.entry.key = key_.text;
  std::error_code error;
  result_.entry.paths = {fs::path(file()).lexically_proximate(fs::current_path(error)).string()};
  result_.cache.name = "binary";
  result_.cache.key = key_.text;
  if (request_.caches_store.empty()) {
    result_.cache.reason = "there is no cache store in this step";
    return;
  }
  const auto budget = time_left(request_, platform_.clock, cache::RestoreRequest{}.budget);
  auto store = store::open_store(request_.caches_store, {kStoreLimit, {.restore = budget, .save = budget}}, platform_);
  const auto place = cache::path_place(platform_.environment);
  auto paths = place ? cache::PathSet::read({file()}, *place) : base::fail(place.error());
  if (store && paths) {
    store_ = std::move(*store);
    paths_.emplace(std::move(*paths));
  } else {
    result_.cache.reason = store ? paths.error().message : store.error().message;
  }
}

bool GoBinary::restore() {
  if (!store_) {
    result_.entry.states = {BinaryState::missing};
    return false;
  }
  if (restore_once() == Try::good) return true;
  if (platform_.cancellation.signal() != 0) return false;
  if (bad_keys_.empty()) {
    result_.entry.states = {BinaryState::missing};
    explain_miss();
  }
  return wait_for_other();
}

GoBinary::Try GoBinary::restore_once() {
  cache::RestoreRequest asked;
  // The exact key is asked for last: an entry that took its place is better.
  asked.key = fresh_prefix_;
  asked.restore_keys = {fresh_prefix_, key_.text};
  asked.budget = time_left(request_, platform_.clock, asked.budget);
  if (!request_.caches_may_save) asked.damaged = cache::Damaged::keep;
  const auto restored = cache::restore_paths(*store_, *paths_, asked, platform_);
  auto& cache = result_.cache;
  const auto before = cache.restore_seconds;
  const auto matched = restored.outcome.matched_key;
  cache.restore_seconds = before + restored.outcome.restore_seconds;
  if (restored.outcome.outcome == "miss" || std::find(bad_keys_.begin(), bad_keys_.end(), matched) != bad_keys_.end()) {
    cache.outcome = "miss";
    if (bad_keys_.empty()) cache.reason = restored.nothing_found ? "no entry has the key" : restored.outcome.reason;
    return Try::missing;
  }
  cache.matched_key = matched;
  cache.bytes = restored.outcome.bytes;
  result_.entry.states.push_back(BinaryState::restored);
  if (!passes()) {
    throw_away(restored);
    return Try::bad;
  }
  cache.outcome = "exact";
  cache.reason.clear();
  if (!restored.label.cold_seconds.empty())
    cache.seconds_saved = cache::median_cold_seconds(restored.label) - cache.restore_seconds;
  std::error_code error;
  result_.entry.size_bytes = static_cast<std::int64_t>(fs::file_size(file(), error));
  result_.entry.created_at = restored.label.created;
  result_.entry.origin_job = restored.label.origin;
  platform_.log.info(fmt::format("binary {}: restored {} in {}{}", go_.key.binary, base::human_bytes(cache.bytes),
                                 base::human_seconds(cache.restore_seconds),
                                 restored.label.origin.empty() ? "" : ", built by the job " + restored.label.origin));
  return Try::good;
}

void GoBinary::throw_away(const cache::Restored& restored) {
  std::error_code error;
  fs::remove_all(file(), error);
  if (platform_.cancellation.signal() != 0) return;  // it had no time to pass
  const auto key = restored.outcome.matched_key;
  bad_keys_.push_back(key);
  result_.cache.outcome = "miss";
  result_.cache.reason = "the restored binary was thrown away: " + failures();
  result_.entry.reason = result_.cache.reason;
  history::Problem problem;
  problem.level = history::Problem::Level::warning;
  problem.step = "go";
  problem.kind = "binary-thrown-away";
  problem.message = fmt::format("{} from the cache does not work and is built anew: {}", go_.key.binary, failures());
  problem.hint = "the entry was " + key;
  platform_.log.warning(problem.message);
  result_.problems.push_back(std::move(problem));
  if (!may_save()) return;
  const auto found = store_->find(key, {});
  if (found && *found) (void)store_->remove(**found);
}

// The reason of a miss, for the record: what differs from the last binary.
void GoBinary::explain_miss() {
  result_.entry.reason = result_.cache.reason;
  auto nearest = key::find_nearest(*store_, key_);
  if (!nearest || !*nearest || (*nearest)->entry.key.starts_with(key_.text)) return;
  if (key_.relatives.empty() || !(*nearest)->entry.key.starts_with(key_.relatives.front())) return;
  known_before_ = true;
  if (!(*nearest)->parts) return;
  const auto changes = key::summary(key::differences(*(*nearest)->parts, key_.parts));
  if (changes.empty()) return;
  result_.cache.reason = changes;
  result_.entry.reason = changes;
}

bool GoBinary::has_new_entry() {
  const auto found = store_->find(fresh_prefix_, {fresh_prefix_, key_.text});
  return found && *found && std::find(bad_keys_.begin(), bad_keys_.end(), (*found)->key) == bad_keys_.end();
}

bool GoBinary::wait_for_other() {
  if (!may_save() || go_.wait <= base::Duration::zero()) return false;
  const auto& clock = platform_.clock;
  const auto began = clock.monotonic();
  const auto end = began + time_left(request_, platform_.clock, go_.wait);
  // Who has thrown away one entry does not wait for whoever built that.
  const auto what = bad_keys_.empty() ? key_.text : bad_keys_.back();
  claim_.emplace(*store_, what, run_, job_.empty() ? "another job" : job_);
  bool told = false;
  base::Duration pause = kFirstPause;
  for (;;) {
    const auto holder = claim_->take(go_.wait, clock);
    if (holder != golang::BuildClaim::Holder::another) {
      claimed_ = holder == golang::BuildClaim::Holder::us;
      // Whoever held it may just have been done.
      const bool good = has_new_entry() && restore_once() == Try::good;
      if (good && claimed_) claim_->release("");
      result_.entry.wait_seconds = told ? base::seconds(clock.monotonic() - began) : 0;
      return good;
    }
    if (!told) platform_.log.info(fmt::format("binary {}: another job is building it; waiting", go_.key.binary));
    told = true;
    while (clock.monotonic() < end && claim_->stands() && !claim_->failure()) {
      if (platform_.cancellation.signal() != 0) return false;
      platform_.clock.sleep(std::min<base::Duration>(pause, std::max(base::Duration::zero(), end - clock.monotonic())));
      pause = std::min<base::Duration>(pause * 3 / 2, kLongestPause);
      const bool new_one = has_new_entry();
      if (new_one && restore_once() == Try::good) {
        result_.entry.wait_seconds = base::seconds(clock.monotonic() - began);
        return true;
      }
      if (new_one) break;  // and it is bad
    }
    result_.entry.wait_seconds = base::seconds(clock.monotonic() - began);
    if (const auto failure = claim_->failure()) {
      result_.entry.reason = fmt::format("the build of another job failed: {}", base::trim(*failure));
      platform_.log.warning(fmt::format("binary {}: {}", go_.key.binary, result_.entry.reason));
      return false;
    }
    if (clock.monotonic() >= end) {
      platform_.log.warning(fmt::format("waited {} for the job that is building {}; building it here as well",
                                        base::human_seconds(result_.entry.wait_seconds), go_.key.binary));
      return false;
    }
    if (platform_.cancellation.signal() != 0) return false;
  }
}

bool GoBinary::passes() {
  auto tests = go_.guard;
  if (tests.empty()) tests.emplace_back().run = quoted(file()) + " --version";
  for (auto& test : tests) test.directory = folder_.string();
  result_.smoke = smoke::run_smoke_tests(platform_, tests, request_.deadline);
  return std::all_of(result_.smoke.begin(), result_.smoke.end(),
                     [](const auto& test) { return test.status == history::SmokeStatus::passed; });
}

std::string GoBinary::failures() const {
  std::vector<std::string> reasons;
  for (const auto& test : result_.smoke) {
    if (test.status != history::SmokeStatus::passed) reasons.push_back(test.command + ": " + test.reason);
  }
  return base::join(reasons, "; ");
}

bool GoBinary::may_save() const {
  return store_ && request_.caches_may_save;
}

std::string GoBinary::file() const {
  return (folder_ / go_.key.binary).lexically_normal().string();
}

}  // namespace ci::optimize
