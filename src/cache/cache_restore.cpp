#include "cache/cache_restore.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "base/text.hpp"
#include "cache/bounded_stream.hpp"
#include "cache/leftovers.hpp"
#include "key/delta_key.hpp"
#include "store/key.hpp"
#include "tar/extraction.hpp"

namespace ci::cache {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::fail;

bool is_absent(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

// Removes a tree, folders without write permission too (as the Go module cache has). Returns whether it is gone.
bool remove_tree(const fs::path& path) {
  std::error_code ignored;
  if (fs::is_directory(fs::symlink_status(path, ignored))) {
    fs::permissions(path, fs::perms::owner_all, fs::perm_options::add, ignored);
    for (auto entry = fs::recursive_directory_iterator(path, ignored); entry != fs::end(entry);
         entry.increment(ignored)) {
      if (entry->is_directory(ignored) && !entry->is_symlink(ignored))
        fs::permissions(entry->path(), fs::perms::owner_all, fs::perm_options::add, ignored);
      if (ignored) break;
    }
  }
  fs::remove_all(path, ignored);
  return is_absent(path.string());
}

class Restore {
 public:
  Restore(store::Store& store, const PathSet& paths, const RestoreRequest& request, const platform::Platform& platform)
      : store_(store), paths_(paths), request_(request), platform_(platform), looked_for_(request.deltas) {}

  Restored run() {
    const auto began = platform_.clock.monotonic();
    end_ = began + request_.budget;
    auto& outcome = result_.outcome;
    outcome.key = request_.key;
    outcome.outcome = "miss";
    if (auto done = find_and_extract(); !done) {
      outcome.reason = done.error().message;
      if (changing_) undo();
      take_back_folders();
      if (base_) leave_base();
    }
    outcome.restore_seconds = base::seconds(platform_.clock.monotonic() - began);
    return std::move(result_);
  }

 private:
  base::Result<void> find_and_extract() {
    auto restore_keys = request_.restore_keys;
    if (looked_for_ == Deltas::allowed)
      restore_keys.insert(restore_keys.begin(), key::start_of_delta_keys(request_.key));
    auto found = store_.find(request_.key, restore_keys);
    if (!found) return fail(found.error());
    if (!*found) {
      result_.nothing_found = true;
      return fail(ErrorKind::unavailable, nothing_found());
    }
    const store::Entry entry = std::move(**found);
    auto download = store_.open(entry);
    if (!download) return fail(download.error());
    BoundedSource source((*download)->descriptor(), TimeLimit(platform_, end_));
    const auto extracted = extract(entry, source, **download);
    if (!extracted) {
      // What the store says of its own delivery explains an archive that ends early.
      if (source.at_end() && !delivered_) {
        if (auto whole = (*download)->finish(); !whole) return fail(whole.error());
      }
      download->reset();
      if (is_damaged(extracted.error())) drop(entry);
      if (result_.declined) return fail(extracted.error());
      return fail(extracted.error().within(fmt::format("the entry \"{}\"", entry.key)));
    }
    auto& outcome = result_.outcome;
    outcome.outcome = is_exact(entry) ? "exact" : "prefix";
    outcome.matched_key = entry.key;
    outcome.bytes = static_cast<std::int64_t>(*extracted);
    outcome.reason = baseless_;
    if (base_) {
      outcome.base_key = base_->outcome.matched_key;
      outcome.base_bytes = base_->outcome.bytes;
      result_.full = std::move(base_->full);
    }
    return {};
  }

  [[nodiscard]] bool is_exact(const store::Entry& entry) const {
    if (!baseless_.empty()) return false;
    if (entry.key == request_.key) return true;
    const auto delta = key::read_delta_key(entry.key);
    return request_.deltas == Deltas::allowed && delta && delta->key == request_.key;
  }

  // Returns how many bytes the archive has.
  base::Result<std::uint64_t> extract(const store::Entry& entry, BoundedSource& source, store::Download& download) {
    return request_.format == ArchiveFormat::tar ? extract_tar(source, download)
                                                 : extract_native(entry, source, download);
  }

  base::Result<std::uint64_t> extract_tar(BoundedSource& source, store::Download& download) {
    foreign_ = true;
    if (auto ready = prepare_roots(); !ready) return fail(ready.error());
    tar::ExtractOptions options;
    // tar, which the client runs, gives root's files the owners in the archive.
    if (::geteuid() == 0) options.place.owners = archive::Owners::keep;
    options.when_verified = [&] { return begin_changes(source, download); };
    const auto extracted = tar::extract_tar(source, paths_.workspace(), paths_.targets(), options);
    if (!extracted) return fail(extracted.error());
    return extracted->archive_bytes;
  }

  base::Result<std::uint64_t> extract_native(const store::Entry& entry, BoundedSource& source,
                                             store::Download& download) {
    archive::ArchiveReader reader(source);
    const auto head = reader.read_head();
    if (!head) return fail(head.error());
    auto label = decode_label(head->text);
    if (!label) {
      foreign_ = true;
      return fail(label.error());
    }
    if (label->paths != paths_.names()) {
      foreign_ = true;
      return fail(ErrorKind::data, fmt::format("it was saved for other paths: {}", base::join(label->paths, " ")));
    }
    if (const auto why_not = request_.why_not ? request_.why_not(entry, *label) : ""; !why_not.empty()) {
      foreign_ = true;
      result_.declined = true;
      return fail(ErrorKind::unavailable, why_not);
    }
    if (label->base) restore_base(*label->base);
    if (auto ready = prepare_roots(); !ready) return fail(ready.error());
    archive::ExtractOptions options;
    options.when_verified = [&] { return begin_changes(source, download); };
    // Entries of one cache give all files the same time.
    if (base_) options.place.existing = archive::Existing::compare_contents;
    const bool keep_contents = request_.deltas == Deltas::allowed && !label->base;
    if (keep_contents) options.manifest = archive::KeepManifest::yes;
    const auto extracted = reader.extract(paths_.targets(), options);
    if (!extracted) return fail(extracted.error());
    if (keep_contents) result_.full = full_entry({entry.key, label->created}, *extracted);
    result_.label = std::move(*label);
    return extracted->archive_bytes;
  }

  static FullEntry full_entry(EntryBase name, const archive::ExtractSummary& extracted) {
    FullEntry full;
    full.name = std::move(name);
    full.archive_bytes = static_cast<std::int64_t>(extracted.archive_bytes);
    full.content_bytes = extracted.content_bytes;
    for (const auto& member : extracted.manifest) {
      if (member.type == archive::MemberType::file)
        full.contents.push_back(base::hex(member.digest).substr(0, kContentDigits));
    }
    return full;
  }

  // Puts the very entry in place that the one that was found is a delta over, if it is still there.
  void restore_base(const EntryBase& base) {
    if (auto valid = store::check_key(base.key); !valid) {
      baseless_ = "its base could not be restored: " + valid.error().message;
      return;
    }
    RestoreRequest asked;
    asked.key = base.key;
    asked.budget = std::max(end_ - platform_.clock.monotonic(), base::Duration::zero());
    asked.damaged = request_.damaged;
    asked.deltas = request_.deltas;
    asked.why_not = [&base](const store::Entry&, const EntryLabel& label) -> std::string {
      if (label.base) return "it is a delta itself";
      return label.created == base.created ? "" : "another entry has its key now";
    };
    Restore restore(store_, paths_, asked, platform_);
    restore.looked_for_ = Deltas::none;
    auto restored = restore.run();
    result_.mixed = std::move(restored.mixed);
    if (is_hit(restored.outcome)) {
      base_ = std::move(restored);
    } else if (restored.nothing_found) {
      baseless_ = fmt::format("its base {} is gone", base.key);
    } else {
      baseless_ = fmt::format("its base {} could not be restored: {}", base.key, restored.outcome.reason);
    }
  }

  // The delta could not be put in place over its base, which is worth something by itself.
  void leave_base() {
    auto& outcome = result_.outcome;
    outcome.outcome = "prefix";
    outcome.matched_key = base_->outcome.matched_key;
    outcome.bytes = base_->outcome.bytes;
    outcome.reason += "; its base alone was restored";
    result_.label = std::move(base_->label);
  }

  // The archive is good. So must be its delivery, before anything that was there is changed.
  base::Result<void> begin_changes(BoundedSource& source, store::Download& download) {
    std::array<char, 1> more{};
    const auto count = source.read(more);
    if (!count) return fail(count.error());
    if (*count != 0) return fail(ErrorKind::data, "bytes follow the archive's end");
    delivered_ = true;
    if (auto whole = download.finish(); !whole) {
      undelivered_ = true;
      return whole;
    }
    changing_ = true;
    return {};
  }

  base::Result<void> make_folders() {
    for (const auto& root : paths_.roots()) {
      fs::path folder;
      for (const auto& name : fs::path(root.folder)) {
        folder /= name;
        std::error_code error;
        if (fs::create_directory(folder, error)) made_folders_.push_back(folder.string());
        if (error) return fail(ErrorKind::io, fmt::format("cannot make {}: {}", folder.string(), error.message()));
      }
    }
    return {};
  }

  // Only those that are empty: others may have put something there meanwhile.
  void take_back_folders() {
    for (auto folder = made_folders_.rbegin(); folder != made_folders_.rend(); ++folder) ::rmdir(folder->c_str());
  }

  base::Result<void> prepare_roots() {
    for (const auto& root : paths_.roots()) {
      if (is_absent(root.path)) {
        absent_.push_back(root.path);
      } else {
        remove_leftovers(root.path);
      }
    }
    return make_folders();
  }

  // Until it begins to change what was there, an extraction that fails takes back what it added.
  void undo() {
    for (const auto& root : paths_.roots()) {
      const bool was_absent = std::find(absent_.begin(), absent_.end(), root.path) != absent_.end();
      if (was_absent ? !remove_tree(root.path) : !is_absent(root.path)) result_.mixed.push_back(root.path);
    }
    if (result_.mixed.empty()) return;
    result_.outcome.reason +=
        fmt::format("; files of the entry may be left among those of {}", base::join(result_.mixed, ", "));
  }

  [[nodiscard]] bool is_damaged(const base::Error& error) const {
    return error.kind == ErrorKind::data && !foreign_ && !undelivered_ && !changing_;
  }

  // What is damaged once is damaged for every later job.
  void drop(const store::Entry& entry) {
    if (request_.damaged == Damaged::remove) (void)store_.remove(entry);
  }

  [[nodiscard]] std::string nothing_found() const {
    if (request_.restore_keys.empty()) return "no entry has the key";
    return fmt::format("no entry has the key or begins with {}", base::join(request_.restore_keys, " or "));
  }

  store::Store& store_;
  const PathSet& paths_;
  const RestoreRequest& request_;
  const platform::Platform& platform_;
  Deltas looked_for_;  // none for a base
  platform::Monotonic end_{};
  std::vector<std::string> absent_;        // roots of which nothing was there
  std::vector<std::string> made_folders_;  // on the way to the roots, each after its parent
  bool foreign_ = false;                   // the entry is sound, but not for these paths
  bool delivered_ = false;                 // all bytes were read
  bool undelivered_ = false;               // the store says that they are not those of the entry
  bool changing_ = false;                  // they were verified, and what was there is being changed
  std::optional<Restored> base_;           // of the entry, where it is a delta: it is in place
  std::string baseless_;                   // why it is not, though the entry names one
  Restored result_;
};

}  // namespace

Restored restore_paths(store::Store& store, const PathSet& paths, const RestoreRequest& request,
                       const platform::Platform& platform) {
  return Restore(store, paths, request, platform).run();
}

}  // namespace ci::cache
