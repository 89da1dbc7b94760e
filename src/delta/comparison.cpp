#include "delta/comparison.hpp"

#include <string_view>
#include <unordered_map>

namespace ci::delta {

void Comparison::add_folder(const Listing& now, std::vector<Change>& changes) const {
  const auto before = snapshot_.names.find(now.path);
  const bool unchanged = now.status && now.status->changed < snapshot_.stamp.changed;
  if (now.path == "/" && !unchanged) add_itself(now, changes);
  // A folder that is the same inode and did not change since has the entries that it had, each the inode it was.
  if (before && before->inode == now.inode && unchanged) {
    bool touched = false;
    for (const auto& entry : now.entries) {
      if (!entry.status || entry.status->changed < snapshot_.stamp.changed) continue;
      const NamedEntry old{entry.name, entry.type, entry.inode};
      add_entry(now, entry, &old, changes);
      touched = touched || entry.type != Type::directory;
    }
    // Whoever puts a file in place of one that was written to changes the folder's time.
    if (touched) add_itself(now, changes);
    return;
  }
  std::unordered_map<std::string_view, const NamedEntry*> gone;
  if (before) {
    for (const auto& old : before->entries) gone.emplace(old.name, &old);
  }
  for (const auto& entry : now.entries) {
    const auto old = gone.find(entry.name);
    if (entry.status) add_entry(now, entry, old == gone.end() ? nullptr : old->second, changes);
    if (old != gone.end()) gone.erase(old);
  }
  for (const auto& [name, old] : gone) add_deleted(path_in(now.path, name), old->type, changes);
}

void Comparison::add_entry(const Listing& now, const Entry& entry, const NamedEntry* old,
                           std::vector<Change>& changes) const {
  if (old != nullptr && old->inode == entry.inode && old->type == entry.type &&
      entry.status->changed < snapshot_.stamp.changed) {
    return;
  }
  Change change;
  change.path = path_in(now.path, entry.name);
  change.kind = old == nullptr ? ChangeKind::added : ChangeKind::changed;
  change.type = entry.type;
  change.status = *entry.status;
  if (old != nullptr) change.was = old->type;
  if (old != nullptr && old->type == Type::directory && entry.type != Type::directory) {
    add_deleted_below(change.path, changes);
  }
  changes.push_back(std::move(change));
}

void Comparison::add_itself(const Listing& now, std::vector<Change>& changes) {
  if (!now.status) return;
  Change change;
  change.path = now.path;
  change.kind = ChangeKind::changed;
  change.type = Type::directory;
  change.was = Type::directory;
  change.status = *now.status;
  changes.push_back(std::move(change));
}

void Comparison::add_deleted(const std::string& path, Type type, std::vector<Change>& changes) const {
  Change change;
  change.path = path;
  change.kind = ChangeKind::deleted;
  change.type = type;
  changes.push_back(std::move(change));
  if (type == Type::directory) add_deleted_below(path, changes);
}

void Comparison::add_deleted_below(const std::string& path, std::vector<Change>& changes) const {
  const auto folder = snapshot_.names.find(path);
  if (!folder) return;
  for (const auto& entry : folder->entries) add_deleted(path_in(path, entry.name), entry.type, changes);
}

}  // namespace ci::delta
