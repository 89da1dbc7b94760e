#include "delta/changes.hpp"

#include <algorithm>
#include <iterator>
#include <map>

#include "delta/comparison.hpp"
#include "delta/cross_check.hpp"
#include "delta/digest.hpp"
#include "delta/volatile_paths.hpp"
#include "platform/filesystem.hpp"

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

base::Result<SharedChange> shared_change(const Snapshot& snapshot, const Change& change, const SharedFile& rule) {
  SharedChange shared;
  shared.rule = &rule;
  const auto state = snapshot.shared.find(std::string(origin_of(change.path)));
  shared.replaced = state == snapshot.shared.end() ? "absent" : state->second.digest;
  auto installed = contents_digest(snapshot.options.root, change.path);
  if (!installed) return base::fail(std::move(installed.error()));
  shared.installed = std::move(*installed);
  if (!is_merged(rule.rule) || !shared.installed.starts_with("sha256:")) return shared;
  const auto after = platform::read_file(snapshot.options.root.string() + change.path);
  if (!after) return base::fail(after.error());
  const auto& before = state == snapshot.shared.end() ? std::string() : state->second.contents;
  shared.records = differing_records(rule.format, before, *after);
  return shared;
}

base::Result<void> note_shared(const Snapshot& snapshot, std::vector<Change>& changes) {
  for (auto& change : changes) {
    const auto* rule = change.type == Type::directory ? nullptr : find_shared(change.path);
    if (rule == nullptr) continue;
    auto shared = shared_change(snapshot, change, *rule);
    if (!shared) return base::fail(std::move(shared.error()));
    change.shared = std::move(*shared);
  }
  return {};
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
  if (auto noted = note_shared(snapshot, result.changes); !noted) return base::fail(std::move(noted.error()));
  result.obstacles = find_obstacles(result.changes, snapshot.running, RunningState::look(snapshot.options.root),
                                    running_programs(snapshot.options.root));
  return result;
}

}  // namespace ci::delta
