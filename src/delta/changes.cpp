#include "delta/changes.hpp"

#include <algorithm>
#include <iterator>
#include <map>

#include "delta/comparison.hpp"
#include "delta/cross_check.hpp"
#include "delta/volatile_paths.hpp"

namespace ci::delta {
namespace {

base::Result<std::vector<Change>> compare(const Snapshot& snapshot, SweepTotals& totals) {
  const Comparison comparison(snapshot);
  std::vector<std::vector<Change>> parts(sweep_jobs(snapshot.options));
  const auto swept = sweep(snapshot.options, Detail::status, [&](unsigned worker, const Listing& listing) {
    comparison.add_folder(listing, parts[worker]);
  });
  if (!swept) return base::fail(swept.error());
  totals = *swept;
  std::vector<Change> changes;
  for (auto& part : parts) {
    changes.insert(changes.end(), std::make_move_iterator(part.begin()), std::make_move_iterator(part.end()));
  }
  std::sort(changes.begin(), changes.end(),
            [](const Change& a, const Change& b) { return PathOrder()(a.path, b.path); });
  return changes;
}

bool is_left_out(const Change& change) {
  const auto* row = find_volatile(change.path);
  if (row == nullptr) return false;
  if (row->volatility == Volatility::machine) return true;
  // A log that grew. One that is new, or that is a folder, is part of the installation.
  return row->volatility == Volatility::journal && change.kind == ChangeKind::changed && change.type == Type::file;
}

void take_out_volatile(Changes& result) {
  std::erase_if(result.changes, [&](const Change& change) {
    const bool out = is_left_out(change);
    if (out) result.left_out.push_back(change.path);
    return out;
  });
}

void join_hard_links(std::vector<Change>& changes) {
  std::map<std::uint64_t, std::string> first;
  for (auto& change : changes) {
    if (change.kind == ChangeKind::deleted || change.type == Type::directory || change.status.links < 2) continue;
    const auto [known, fresh] = first.emplace(change.status.inode, change.path);
    if (!fresh) change.hard_link_to = known->second;
  }
}

void note_shared(const Snapshot& snapshot, std::vector<Change>& changes) {
  for (auto& change : changes) {
    if (change.type == Type::directory) continue;
    const auto* rule = find_shared(change.path);
    if (rule == nullptr) continue;
    const auto state = snapshot.shared.find(change.path);
    if (state == snapshot.shared.end()) {
      change.shared = SharedChange{rule, "absent", ""};
    } else {
      change.shared = SharedChange{rule, state->second.digest, state->second.contents};
    }
  }
}

}  // namespace

base::Result<Changes> changes_since(const Snapshot& snapshot) {
  const auto now = take_stamp(snapshot.options.root);
  if (!now) return base::fail(now.error());
  if (auto trusted = check_clock(snapshot.stamp, *now); !trusted) return base::fail(std::move(trusted.error()));

  Changes result;
  auto changes = compare(snapshot, result.swept);
  if (!changes) return base::fail(std::move(changes.error()));
  result.changes = std::move(*changes);
  const auto packages = read_packages(snapshot.options.root);
  if (!packages) return base::fail(packages.error());
  result.packages = changed_packages(snapshot.packages, *packages);
  if (auto whole = check_against_lists(snapshot, result.changes, result.packages); !whole) {
    return base::fail(std::move(whole.error()));
  }
  take_out_volatile(result);
  join_hard_links(result.changes);
  note_shared(snapshot, result.changes);
  result.obstacles = find_obstacles(result.changes, snapshot.running, RunningState::look(snapshot.options.root),
                                    running_programs(snapshot.options.root));
  return result;
}

}  // namespace ci::delta
