#include "apt/apt_run.hpp"

#include <fmt/format.h>

#include "apt/plan.hpp"
#include "apt/sources.hpp"
#include "base/text.hpp"

namespace ci::apt {
namespace {

constexpr std::size_t kKeptLines = 2000;

bool is_download(const std::string& phase) {
  return phase == "update" || phase == "download";
}

// "Get:3 http://host/debian bookworm/main amd64 a amd64 1.0 [9,415 kB]" -> URL and size
struct FetchLine {
  std::string url;
  double bytes = 0;
};

std::optional<FetchLine> parse_fetch_line(std::string_view line) {
  if (!line.starts_with("Get:") && !line.starts_with("Ign:") && !line.starts_with("Err:") &&
      !line.starts_with("Hit:")) {
    return std::nullopt;
  }
  FetchLine fetch;
  if (const auto fields = base::words(line); fields.size() > 1) fetch.url = fields[1];
  const auto open = line.rfind('[');
  if (line.starts_with("Get:") && open != std::string_view::npos && line.ends_with(']')) {
    fetch.bytes = parse_apt_size(line.substr(open + 1, line.size() - open - 2));
  }
  return fetch;
}

}  // namespace

RunResult AptRun::run(platform::Command command, const std::string& phase, double expected_bytes) {
  lines_.clear();
  stopped_ = {};
  last_url_.clear();
  package_.clear();
  expected_bytes_ = expected_bytes;
  expectation_grows_ = expected_bytes <= 0;
  timer_.begin(phase);
  watch_.emplace(platform_.clock, settings_.throughput);

  if (settings_.deadline) {
    command.timeout = std::max(base::Duration(1000), *settings_.deadline - platform_.clock.monotonic());
  }
  command.on_line = [this](platform::Stream stream, std::string_view line) { take(stream, line); };
  command.watch = [this] { return judge(); };
  const auto outcome = platform_.processes.run(command);
  platform_.log.end_progress();
  RunResult result;
  if (outcome) {
    result = result_of(*outcome);
  } else {
    result.how = RunResult::How::error;
    result.error = outcome.error();
  }
  result.phase = timer_.current();
  result.seconds = spent();
  result.lines = std::move(lines_);
  timer_.end();
  return result;
}

void AptRun::take(platform::Stream stream, std::string_view line) {
  if (stream == platform::Stream::status) {
    const auto status = parse_status_line(line);
    if (!status) return;
    timer_.observe(*status);
    platform_.log.progress(timer_.current(), status->percent / 100);
    if (status->activity == Activity::downloading) {
      watch_->arrived(status->percent / 100 * expected_bytes_);
    } else if (status->activity != Activity::running_dpkg) {
      package_ = status->package;
    }
    return;
  }
  platform_.log.tool_line(line);
  if (lines_.size() >= kKeptLines) lines_.erase(lines_.begin(), lines_.begin() + kKeptLines / 2);
  lines_.emplace_back(line);
  if (const auto fetch = parse_fetch_line(line)) {
    last_url_ = fetch->url;
    if (expectation_grows_) expected_bytes_ += fetch->bytes;
  }
  if (const double need = parse_need_to_get(line); need >= 0) {
    expected_bytes_ = need;
    expectation_grows_ = false;
  }
}

double AptRun::spent() const {
  if (is_download(timer_.current()) || timer_.current() == "mend") return timer_.seconds_in(timer_.current());
  return timer_.seconds_in("unpack") + timer_.seconds_in("configure") + timer_.seconds_in("triggers");
}

base::Duration AptRun::limit() const {
  if (timer_.current() == "update") return settings_.deadlines.update;
  if (timer_.current() == "download") return settings_.deadlines.download;
  return settings_.deadlines.install;
}

std::string AptRun::stop(FailureKind kind, std::string detail) {
  stopped_.kind = kind;
  stopped_.url = is_download(timer_.current()) ? last_url_ : "";
  stopped_.host = host_of(stopped_.url);
  stopped_.package = package_;
  stopped_.detail = detail;
  return detail;
}

std::optional<std::string> AptRun::judge() {
  const auto allowed = limit();
  if (spent() > base::seconds(allowed)) {
    return stop(FailureKind::phase_deadline,
                fmt::format("not done within {}", base::human_seconds(base::seconds(allowed))));
  }
  if (!is_download(timer_.current())) return std::nullopt;
  const auto window = base::human_seconds(base::seconds(settings_.throughput.window));
  switch (watch_->judge()) {
    case ThroughputWatch::Verdict::fine:
      return std::nullopt;
    case ThroughputWatch::Verdict::stalled:
      return stop(FailureKind::stalled, fmt::format("no data for {}", window));
    case ThroughputWatch::Verdict::trickling:
      return stop(
          FailureKind::trickling,
          fmt::format("only {}/s over {}, less than {}/s", base::human_bytes(static_cast<std::int64_t>(watch_->rate())),
                      window, base::human_bytes(static_cast<std::int64_t>(settings_.throughput.bytes_per_second))));
  }
  return std::nullopt;
}

RunResult AptRun::result_of(const platform::Outcome& outcome) {
  RunResult result;
  switch (outcome.end) {
    case platform::End::cancelled:
      result.how = RunResult::How::cancelled;
      return result;
    case platform::End::timed_out:
      result.how = RunResult::How::deadline;
      return result;
    case platform::End::stopped:
      result.how = RunResult::How::failed;
      result.failure = stopped_;
      result.was_stopped = true;
      return result;
    case platform::End::exited:
    case platform::End::signalled:
      break;
  }
  if (outcome.succeeded()) return result;
  result.how = RunResult::How::failed;
  result.failure = classify(lines_);
  if (!result.failure) {
    result.failure.kind = FailureKind::other;
    result.failure.detail = outcome.describe();
  }
  return result;
}

}  // namespace ci::apt
