// The second half of GoBinary: what happens when it has to be built.
#include <fmt/format.h>

#include <filesystem>

#include "base/text.hpp"
#include "cache/cache_save.hpp"
#include "optimize/exit_code.hpp"
#include "optimize/go_binary.hpp"

namespace ci::optimize {
namespace {

namespace fs = std::filesystem;
using history::BinaryState;

// The end of what a command printed, in one line of at most three.
std::string last_lines(const std::string& text) {
  constexpr std::size_t kShown = 3;
  std::vector<std::string> lines;
  for (const auto& line : base::split(std::string(base::trim(text)), '\n')) lines.emplace_back(base::trim(line));
  if (lines.size() > kShown) lines.erase(lines.begin(), lines.end() - kShown);
  return base::valid_utf8(base::join(lines, " / "));
}

}  // namespace

void GoBinary::build() {
  if (platform_.cancellation.signal() != 0) return;
  const auto began = platform_.clock.monotonic();
  const bool built = compile();
  const double seconds = base::seconds(platform_.clock.monotonic() - began);
  result_.entry.build_seconds = seconds;
  if (built && !passes() && platform_.cancellation.signal() == 0) {
    fail("binary-failed", fmt::format("{} was built and does not work: {}", go_.key.binary, failures()),
         "nothing was saved; the end of its output is in the report", kTestFailed);
  } else if (built && platform_.cancellation.signal() == 0) {
    save(seconds);
  }
  if (!claimed_) return;
  const auto failed = result_.exit_code != 0 ? result_.problems.back().message : "";
  claim_->release(failed);
}

bool GoBinary::compile() {
  // One that is left from before must not pass for the build's.
  std::error_code error;
  fs::remove_all(file(), error);
  platform_.log.info(fmt::format("binary {}: building: {}", go_.key.binary, go_.key.build));
  platform::Command command;
  command.argv = {"sh", "-c", go_.key.build};
  command.directory = folder_.string();
  command.timeout = time_left(request_, platform_.clock, go_.build_deadline);
  command.on_line = [this](platform::Stream, std::string_view line) { platform_.log.tool_line(line); };
  const auto outcome = platform_.processes.run(command);
  if (!outcome) {
    fail("build-failed", "cannot build " + go_.key.binary + ": " + outcome.error().message, "", kBuildFailed);
    return false;
  }
  if (outcome->end == platform::End::cancelled) return false;
  if (!outcome->succeeded()) {
    const bool late = outcome->end == platform::End::timed_out && request_.deadline &&
                      platform_.clock.monotonic() >= *request_.deadline;
    const auto said = last_lines(outcome->err.empty() ? outcome->out : outcome->err);
    fail(outcome->end == platform::End::timed_out ? "build-timed-out" : "build-failed",
         fmt::format("the build of {} failed: {}{}", go_.key.binary, outcome->describe(),
                     said.empty() ? "" : ": " + said),
         "it ran: " + go_.key.build, late ? kDeadline : kBuildFailed);
    result_.by_deadline = late;
    return false;
  }
  if (!fs::exists(file(), error)) {
    fail("build-without-binary", fmt::format("the build succeeded and left no {}", file()),
         "go.binary.path is relative to the module's folder, and go.binary.build runs there", kBuildFailed);
    return false;
  }
  return true;
}

void GoBinary::save(double build_seconds) {
  auto& entry = result_.entry;
  std::error_code error;
  entry.size_bytes = static_cast<std::int64_t>(fs::file_size(file(), error));
  const auto not_saved = [&](const std::string& why) {
    const auto text = "not saved: " + why;
    for (auto* reason : {&entry.reason, &result_.cache.reason}) *reason += (reason->empty() ? "" : "; ") + text;
    platform_.log.info(fmt::format("binary {}: {}", go_.key.binary, text));
  };
  if (!store_) return not_saved(result_.cache.reason);
  if (!may_save()) return not_saved("caches are only restored here");
  cache::SaveRequest asked;
  asked.key = key_.text;
  if (!bad_keys_.empty()) {
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(platform_.clock.now().time_since_epoch());
    asked.key = fmt::format("{}{}", fresh_prefix_, micros.count());
  }
  asked.parts = key_.parts;
  asked.cold_seconds = {build_seconds};
  asked.origin = job_;
  asked.budget = time_left(request_, platform_.clock, asked.budget);
  const auto saved = cache::save_paths(*store_, *paths_, asked, platform_);
  if (saved.status != cache::SaveStatus::saved) return not_saved(saved.reason);
  result_.cache.key = asked.key;
  result_.cache.bytes = saved.bytes;
  result_.cache.save_seconds = saved.seconds;
  entry.key = asked.key;
  entry.created_at = platform_.clock.now();
  entry.origin_job = job_;
  entry.states.push_back(known_before_ || !bad_keys_.empty() ? BinaryState::updated : BinaryState::seeded);
  platform_.log.info(fmt::format("binary {}: built in {}, saved {} in {}", go_.key.binary,
                                 base::human_seconds(build_seconds), base::human_bytes(saved.bytes),
                                 base::human_seconds(saved.seconds)));
}

void GoBinary::fail(std::string kind, std::string message, std::string hint, int code) {
  history::Problem problem;
  problem.step = "go";
  problem.kind = std::move(kind);
  problem.message = std::move(message);
  problem.hint = std::move(hint);
  result_.problems.push_back(std::move(problem));
  result_.exit_code = code;
}

}  // namespace ci::optimize
