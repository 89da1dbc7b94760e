#include "history_store/index_update.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "platform/filesystem.hpp"
#include "platform/system_error.hpp"

namespace ci::history_store {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFilesAtOnce = 500;

// A folder may change once more within the same tick of its file system's clock, and that clock may be another
// machine's: a time this young says nothing.
constexpr std::int64_t kUnsettled = 2'000'000'000;

std::int64_t nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

// The time of a folder's last change; 0 when there is no such folder.
std::int64_t changed(const fs::path& folder) {
  struct stat status {};
  if (::stat(folder.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) return 0;
  return nanoseconds(status.st_mtim);
}

// The names of a folder's subfolders, or of its records. Error: io, permission.
base::Result<std::vector<std::string>> names_in(const fs::path& folder, bool (*is_wanted)(const fs::directory_entry&)) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const auto name = entry->path().filename().string();
    if (!name.starts_with('.') && is_wanted(*entry)) names.push_back(name);
  }
  if (error && error != std::errc::no_such_file_or_directory)
    return base::fail(platform::system_error("cannot read", folder, error.value()));
  return names;
}

bool is_folder(const fs::directory_entry& entry) {
  std::error_code error;
  return entry.is_directory(error);
}

bool is_record(const fs::directory_entry& entry) {
  return entry.path().extension() == ".json";
}

class Update {
 public:
  Update(RecordIndex& index, fs::path records, const TimeLimit& limit)
      : index_(index), records_(std::move(records)), limit_(limit) {}

  base::Result<void> run() {
    auto known = index_.folders();
    if (!known) return base::fail(known.error());
    auto folders = names_in(records_, is_folder);
    if (!folders) return base::fail(folders.error());
    std::sort(folders->rbegin(), folders->rend());  // the newest first, should there be no time for all
    folders->push_back("");
    for (const auto& folder : *folders) {
      const auto time = changed(records_ / folder);
      const auto noted = known->find(folder);
      const bool is_current = noted != known->end() && noted->second != 0 && noted->second == time;
      if (noted != known->end()) known->erase(noted);
      if (is_current) continue;
      if (auto done = note(folder, time); !done) return done;
    }
    for (const auto& [gone, time] : *known) {
      if (auto done = note(gone, 0); !done) return done;
      changes_.gone_folders.push_back(gone);
    }
    return commit();
  }

 private:
  struct Fresh {
    Place place;
    Stamp stamp;
    std::optional<Row> row;
  };
  // What the index is to be told, together: a commit waits for the disk, and there may be years of days.
  struct Changes {
    std::vector<Fresh> fresh;
    std::vector<Place> gone;
    std::vector<std::pair<std::string, std::int64_t>> folders;  // and their times
    std::vector<std::string> gone_folders;
  };

  // Finds the differences in one folder.
  base::Result<void> note(const std::string& folder, std::int64_t time) {
    auto known = index_.files(folder);
    if (!known) return base::fail(known.error());
    const auto names = names_in(records_ / folder, is_record);
    if (!names) return base::fail(names.error());
    bool has_read = false;
    for (const auto& name : *names) {
      const auto file = records_ / folder / name;
      // The stamp before the contents: what is replaced in between is noted as older than it is, and read again.
      const auto stamp = stamp_of(file);
      if (!stamp) continue;
      const auto noted = known->find(name);
      const bool is_same = noted != known->end() && noted->second == *stamp;
      if (noted != known->end()) known->erase(noted);
      if (is_same) continue;
      changes_.fresh.push_back({{folder, name}, *stamp, row_in(file)});
      has_read = true;
      if (changes_.fresh.size() < kFilesAtOnce) continue;
      if (auto done = commit(); !done) return done;
      if (limit_.is_over()) return too_late();
    }
    for (const auto& [name, stamp] : *known) changes_.gone.push_back({folder, name});
    const auto now = limit_.clock.now().time_since_epoch();
    const bool is_settled = time + kUnsettled < std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
    changes_.folders.emplace_back(folder, is_settled ? time : 0);
    // After the files, not before: every call comes further.
    if (!has_read || !limit_.is_over()) return {};
    if (auto done = commit(); !done) return done;
    return too_late();
  }

  // The files were read before the index is locked. A process that is killed before leaves what the index had.
  base::Result<void> commit() {
    const auto changes = std::exchange(changes_, {});
    if (changes.fresh.empty() && changes.folders.empty()) return {};
    auto change = index_.change();
    if (!change) return base::fail(change.error());
    for (const auto& [place, stamp, row] : changes.fresh) {
      if (auto done = index_.put(place, stamp, row); !done) return done;
    }
    for (const auto& place : changes.gone) {
      if (auto done = index_.remove(place); !done) return done;
    }
    for (const auto& [folder, time] : changes.folders) {
      if (auto done = index_.set_folder(folder, time); !done) return done;
    }
    for (const auto& folder : changes.gone_folders) {
      if (auto done = index_.remove_folder(folder); !done) return done;
    }
    return change->commit();
  }

  static tl::unexpected<base::Error> too_late() {
    return base::fail(base::ErrorKind::timeout, "there was no time to read all records");
  }

  RecordIndex& index_;
  const fs::path records_;
  const TimeLimit& limit_;
  Changes changes_;
};

}  // namespace

base::Result<void> update_index(RecordIndex& index, const fs::path& records, const TimeLimit& limit) {
  return Update(index, records, limit).run();
}

std::optional<Stamp> stamp_of(const fs::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return Stamp{std::int64_t{status.st_size}, nanoseconds(status.st_mtim), status.st_ino};
}

std::optional<Row> row_in(const fs::path& file) {
  const auto text = platform::read_file(file, kLongestRecord);
  if (!text) return std::nullopt;
  const auto json = base::parse_json(*text);
  if (!json) return std::nullopt;
  auto row = row_of(*json);
  return row ? std::optional(std::move(*row)) : std::nullopt;
}

}  // namespace ci::history_store
