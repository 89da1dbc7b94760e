#include "apt/phase_timer.hpp"

#include <algorithm>

namespace ci::apt {
namespace {

constexpr std::size_t kMostTurns = 200;

// The phase that an activity belongs to; nothing for one that belongs to the phase before it.
std::string phase_of(Activity activity) {
  switch (activity) {
    case Activity::downloading:
      return "download";
    case Activity::unpacking:
    case Activity::removing:
      return "unpack";
    case Activity::configuring:
      return "configure";
    case Activity::triggering:
      return "triggers";
    case Activity::running_dpkg:
    case Activity::failing:
      return "";
  }
  return "";
}

}  // namespace

history::Phase& PhaseTimer::phase(const std::string& name) {
  const auto at = std::find_if(phases_.begin(), phases_.end(), [&](const auto& phase) { return phase.name == name; });
  if (at != phases_.end()) return *at;
  return phases_.emplace_back(history::Phase{name, 0, 0});
}

void PhaseTimer::charge() {
  const auto now = clock_.monotonic();
  const double passed = base::seconds(now - since_);
  if (!current_.empty()) {
    phase(current_).seconds += passed;
    if (!turns_.empty() && turns_.back().phase == current_ && turns_.back().end == since_) {
      turns_.back().end = now;
    } else if (turns_.size() < kMostTurns) {
      turns_.push_back({current_, since_, now});
    }
  }
  since_ = now;
  if (!package_.empty()) packages_[package_] += passed;
}

void PhaseTimer::begin(const std::string& name) {
  charge();
  package_.clear();
  current_ = name;
  phase(name);
}

void PhaseTimer::observe(const StatusLine& line) {
  std::string name = phase_of(line.activity);
  // apt reports downloads during an update too: that is the update's time.
  if (current_ == "update" || current_ == "mend") return;
  // dpkg was started: the downloads are over and the archives are being unpacked.
  if (line.activity == Activity::running_dpkg && current_ == "download") name = "unpack";
  charge();
  if (!name.empty() && name != current_) {
    current_ = name;
    phase(name);
  }
  const bool on_package = line.activity == Activity::unpacking || line.activity == Activity::configuring;
  package_ = on_package ? line.package : "";
}

void PhaseTimer::end() {
  charge();
  current_.clear();
  package_.clear();
}

void PhaseTimer::add_bytes(const std::string& name, std::int64_t bytes) {
  phase(name).bytes += bytes;
}

double PhaseTimer::seconds_in(const std::string& name) const {
  double total = current_ == name ? base::seconds(clock_.monotonic() - since_) : 0;
  for (const auto& phase : phases_) {
    if (phase.name == name) total += phase.seconds;
  }
  return total;
}

std::vector<history::Span> PhaseTimer::spans(platform::Monotonic zero) const {
  std::vector<history::Span> spans;
  for (const auto& turn : turns_) {
    if (turn.end == turn.begin) continue;
    spans.push_back({"apt", turn.phase, base::seconds(turn.begin - zero), base::seconds(turn.end - turn.begin)});
  }
  return spans;
}

double PhaseTimer::package_seconds(const std::string& package) const {
  const auto at = packages_.find(package);
  return at != packages_.end() ? at->second : 0;
}

}  // namespace ci::apt
