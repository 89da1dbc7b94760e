#include "delta/unfinished_restore.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <string>
#include <system_error>
#include <vector>

#include "archive/temporary_name.hpp"
#include "base/text.hpp"
#include "delta/capture.hpp"
#include "delta/receipt.hpp"
#include "delta/restore_journal.hpp"
#include "delta/sweep.hpp"
#include "platform/filesystem.hpp"
#include "platform/system_error.hpp"

namespace ci::delta {
namespace {

namespace fs = std::filesystem;

constexpr char kPrefix[] = "ci-optimizer-";
constexpr char kTakenBack[] = ".taken-back";  // ends the name of a mark that nothing is left to be done for

// Each mark's name begins with the number of those before it.
std::int64_t number_of(const fs::path& mark) {
  const auto name = mark.filename().string().substr(sizeof kPrefix - 1);
  return base::parse_integer(name.substr(0, name.find('-'))).value_or(-1);
}

// The latest first.
std::vector<fs::path> marks(const fs::path& root) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator entry(root / kStatusFolder, error), end; !error && entry != end; entry.increment(error)) {
    const auto name = entry->path().filename().string();
    if (name.starts_with(kPrefix) && name != kPublication) found.push_back(entry->path());
  }
  std::sort(found.begin(), found.end(),
            [](const auto& one, const auto& other) { return number_of(one) > number_of(other); });
  return found;
}

bool is_taken_back(const fs::path& mark) {
  return mark.filename().string().ends_with(kTakenBack);
}

bool has_publication(const fs::path& root) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(root / kStatusFolder / kPublication, ignored));
}

// Renamed first: whoever is not root cannot look into a mark. What it held is of no use any more.
void keep_as_taken_back(const fs::path& mark) {
  std::error_code error;
  const fs::path kept = mark.string() + kTakenBack;
  fs::rename(mark, kept, error);
  for (fs::directory_iterator entry(kept, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code ignored;
    fs::remove_all(entry->path(), ignored);
  }
}

// The publication's record goes last: until then a later run can do the rest.
base::Result<void> remove_marks(const fs::path& root, std::int64_t folder_time) {
  std::error_code ignored;
  for (const auto& mark : marks(root)) fs::remove_all(mark, ignored);
  fs::remove(root / kStatusFolder / kPublication, ignored);
  return platform::set_time(root / kStatusFolder, folder_time);
}

}  // namespace

base::Result<StagingFolder> StagingFolder::make(const fs::path& root) {
  const auto prefix = fmt::format("{}{}-", kPrefix, marks(root).size());
  auto folder = platform::TemporaryFolder::make(root / kStatusFolder, prefix);
  if (!folder) return base::fail(folder.error());
  return StagingFolder(std::move(*folder));
}

bool has_unfinished_restore(const fs::path& root) {
  return has_publication(root) || !marks(root).empty();
}

bool has_leftovers(const fs::path& root) {
  const auto found = marks(root);
  return has_publication(root) || !std::all_of(found.begin(), found.end(), is_taken_back);
}

base::Result<void> check_restores_finished(const fs::path& root) {
  if (!has_unfinished_restore(root)) return {};
  return base::fail(base::ErrorKind::environment, "a restore failed or was killed on this machine");
}

base::Result<std::string> end_restore(const fs::path& root, const Publication& publication) {
  const auto kept = keep_staged_receipt(root, root / kStatusFolder / publication.mark);
  if (auto removed = remove_marks(root, publication.folder_time); !removed) return base::fail(removed.error());
  return kept ? "" : kept.error().message;
}

base::Result<std::string> end_published(const fs::path& root) {
  if (!has_publication(root)) return "";
  if (const auto publication = read_publication(root)) return end_restore(root, *publication);
  std::error_code error;
  const fs::path record = root / kStatusFolder / kPublication;
  if (!fs::remove(record, error) && error)
    return base::fail(platform::system_error("cannot remove", record, error.value()));
  return "";
}

base::Result<void> remove_temporary_files(const fs::path& root) {
  SweepOptions options;
  options.root = root;
  std::mutex mutex;
  std::vector<std::string> paths;
  const auto swept = sweep(options, Detail::names, [&](unsigned, const Listing& listing) {
    for (const auto& entry : listing.entries) {
      if (!archive::is_temporary_name(entry.name)) continue;
      const std::lock_guard lock(mutex);
      paths.push_back(path_in(listing.path, entry.name));
    }
  });
  if (!swept) return base::fail(swept.error());
  for (const auto& path : paths) {
    std::error_code error;
    if (!fs::remove(root.string() + path, error) && error) {
      return base::fail(platform::system_error("cannot remove", path, error.value()));
    }
  }
  return {};
}

base::Result<void> remove_leftovers(const fs::path& root) {
  if (const auto ended = end_published(root); !ended) return base::fail(ended.error());
  auto left = marks(root);
  left.erase(std::remove_if(left.begin(), left.end(), is_taken_back), left.end());
  for (const auto& mark : left) {
    if (auto taken_back = take_back(root, mark); !taken_back) return taken_back;
  }
  if (auto removed = remove_temporary_files(root); !removed) return removed;
  for (const auto& mark : left) keep_as_taken_back(mark);
  return {};
}

}  // namespace ci::delta
