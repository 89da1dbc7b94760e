#include "store/folder_store.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <tuple>
#include <utility>

#include "platform/system_error.hpp"
#include "store/folder_layout.hpp"
#include "store/folder_limit.hpp"
#include "store/folder_upload.hpp"
#include "store/key.hpp"

namespace ci::store {
namespace {

using base::ErrorKind;
using base::fail;

class FolderDownload final : public Download {
 public:
  FolderDownload(platform::FileDescriptor data, Entry entry) : data_(std::move(data)), entry_(std::move(entry)) {}
  [[nodiscard]] int descriptor() const override { return data_.get(); }
  base::Result<void> finish() override;

 private:
  platform::FileDescriptor data_;
  Entry entry_;
};

base::Result<void> FolderDownload::finish() {
  struct stat status {};
  if (::fstat(data_.get(), &status) != 0) return fail(platform::system_error("cannot read", entry_.key, errno));
  if (static_cast<std::uint64_t>(status.st_size) == entry_.bytes) return {};
  return fail(ErrorKind::data, fmt::format("the cache entry \"{}\" has {} bytes where {} were saved", entry_.key,
                                           status.st_size, entry_.bytes));
}

// Whether `a` is newer; keys decide between entries of the same moment, so that the order is always the same.
bool is_newer(const Entry& a, const Entry& b) {
  return std::tie(a.created, a.key) > std::tie(b.created, b.key);
}

}  // namespace

base::Result<std::vector<Entry>> FolderStore::list(const std::string& prefix) {
  auto listing = list_entries(folder_);
  if (!listing) return fail(listing.error());
  std::vector<Entry> found;
  for (StoredEntry& stored : listing->entries) {
    if (stored.entry.key.starts_with(prefix)) found.push_back(std::move(stored.entry));
  }
  std::sort(found.begin(), found.end(), is_newer);
  return found;
}

base::Result<std::optional<Entry>> FolderStore::find(const std::string& key, const std::vector<std::string>& prefixes) {
  auto exact = read_entry(entry_folder(folder_, key));
  if (exact) return std::move(exact->entry);
  const auto kind = exact.error().kind;
  if (kind != ErrorKind::unavailable && kind != ErrorKind::data) return fail(exact.error());
  if (prefixes.empty()) return std::nullopt;
  auto entries = list("");
  if (!entries) return fail(entries.error());
  for (const std::string& prefix : prefixes) {
    const Entry* best = nullptr;
    for (const Entry& entry : *entries) {  // newest first
      if (entry.key == prefix || (best == nullptr && entry.key.starts_with(prefix))) best = &entry;
    }
    if (best != nullptr) return *best;
  }
  return std::nullopt;
}

base::Result<std::unique_ptr<Download>> FolderStore::open(const Entry& entry) {
  const auto folder = entry_folder(folder_, entry.key);
  auto data = open_data(folder);
  if (!data && errno != ENOENT) return fail(platform::system_error("cannot read the cache entry", folder, errno));
  if (!data) return fail(ErrorKind::unavailable, fmt::format("the cache entry \"{}\" is gone", entry.key));
  auto download = std::make_unique<FolderDownload>(std::move(data), entry);
  if (auto whole = download->finish(); !whole) return fail(whole.error());
  note_use(folder, clock_.now());
  return download;
}

tl::expected<std::unique_ptr<Upload>, NotSaved> FolderStore::create(const std::string& key) {
  if (auto fine = check_key(key); !fine) return tl::unexpected<NotSaved>({NotSavedReason::failed, fine.error()});
  if (read_entry(entry_folder(folder_, key))) {
    return tl::unexpected<NotSaved>(
        {NotSavedReason::already_there, {ErrorKind::io, fmt::format("the cache has \"{}\" already", key), {}}});
  }
  if (auto made = make_store_folder(folder_); !made) return tl::unexpected(not_saved(made.error(), 0));
  remove_abandoned(folder_);
  return FolderUpload::begin(
      folder_, key, limit_, clock_,
      [folder = folder_, limit = limit_, &log = log_](const Entry& saved) { make_room(folder, limit, saved, log); });
}

base::Result<void> FolderStore::remove(const Entry& entry) {
  const auto folder = entry_folder(folder_, entry.key);
  if (const int error = remove_entry(folder_, folder); error != 0) {
    return fail(platform::system_error("cannot remove the cache entry", folder, error));
  }
  return {};
}

}  // namespace ci::store
