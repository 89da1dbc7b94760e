#include "store/folder_upload.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/text.hpp"
#include "platform/system_error.hpp"
#include "store/folder_layout.hpp"

namespace ci::store {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kFolderMode = 0777;  // before the umask, as for the files
constexpr mode_t kFileMode = 0666;
constexpr int kTries = 200;  // microseconds each; one is lost only when another process comes between two system calls

tl::unexpected<NotSaved> refused(NotSavedReason reason, base::ErrorKind kind, std::string message) {
  return tl::unexpected<NotSaved>({reason, {kind, std::move(message), {}}});
}

}  // namespace

NotSaved not_saved(base::Error error, int number) {
  const bool full = number == ENOSPC || number == EDQUOT || number == EFBIG;
  if (full) return {NotSavedReason::no_room, std::move(error)};
  if (error.kind == base::ErrorKind::permission) return {NotSavedReason::denied, std::move(error)};
  return {NotSavedReason::failed, std::move(error)};
}

FolderUpload::FolderUpload(fs::path store, std::string key, std::optional<std::uint64_t> limit,
                           const platform::Clock& clock, std::function<void(const Entry&)> saved)
    : store_(std::move(store)), key_(std::move(key)), limit_(limit), clock_(clock), saved_(std::move(saved)) {}

FolderUpload::~FolderUpload() {
  if (!folder_.empty()) remove_entry(store_, folder_);  // what stays is deleted by remove_abandoned
}

tl::expected<std::unique_ptr<Upload>, NotSaved> FolderUpload::begin(const fs::path& store, std::string key,
                                                                    std::optional<std::uint64_t> limit,
                                                                    const platform::Clock& clock,
                                                                    std::function<void(const Entry&)> saved) {
  std::unique_ptr<FolderUpload> upload(new FolderUpload(store, std::move(key), limit, clock, std::move(saved)));
  int error = EAGAIN;
  for (int i = 0; error == EAGAIN && i < kTries; ++i) error = upload->make_folder();
  if (error != 0)
    return tl::unexpected(not_saved(platform::system_error("cannot write to the cache folder", store, error), error));
  return upload;
}

int FolderUpload::make_folder() {
  fs::path folder = new_folder(store_);
  if (::mkdir(folder.c_str(), kFolderMode) != 0) return errno;
  folder_ = std::move(folder);
  data_.reset(::open((folder_ / "data").c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kFileMode));
  if (!data_) return errno == ENOENT ? EAGAIN : errno;
  // Held until the last descriptor of this file is closed, by whichever process: remove_abandoned asks for it.
  if (::flock(data_.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) return EAGAIN;
  struct stat status {};
  if (::fstat(data_.get(), &status) != 0) return errno;
  return status.st_nlink == 0 ? EAGAIN : 0;
}

std::optional<NotSaved> FolderUpload::refusal() const {
  struct statvfs disk {};
  if (!data_ || ::fstatvfs(data_.get(), &disk) != 0 || disk.f_bavail > 0) return std::nullopt;
  return not_saved(platform::system_error("cannot save in", store_, ENOSPC), ENOSPC);
}

tl::expected<void, NotSaved> FolderUpload::commit() {
  if (folder_.empty()) return refused(NotSavedReason::failed, base::ErrorKind::bug, "an entry was committed twice");
  struct stat status {};
  if (::fstat(data_.get(), &status) != 0) {
    return tl::unexpected(not_saved(platform::system_error("cannot save in", store_, errno), errno));
  }
  const Entry entry{key_, static_cast<std::uint64_t>(status.st_size), clock_.now()};
  if (limit_ && entry.bytes > *limit_) {
    return refused(NotSavedReason::no_room, base::ErrorKind::io,
                   fmt::format("the entry has {}, the whole cache folder {} may hold {}",
                               base::human_bytes(static_cast<std::int64_t>(entry.bytes)), store_.string(),
                               base::human_bytes(static_cast<std::int64_t>(*limit_))));
  }
  int error = write_entry(folder_, entry);
  if (error == 0) error = put_in_place();
  if (error == EEXIST || error == ENOTEMPTY) {
    return refused(NotSavedReason::already_there, base::ErrorKind::io, "another process has saved this key meanwhile");
  }
  if (error != 0) return tl::unexpected(not_saved(platform::system_error("cannot save in", store_, error), error));
  folder_.clear();
  data_.reset();
  saved_(entry);
  return {};
}

int FolderUpload::put_in_place() {
  const fs::path target = entry_folder(store_, key_);
  // A folder replaces an empty folder at most, never an entry (rename(2)).
  const auto rename = [&] { return ::rename(folder_.c_str(), target.c_str()) == 0 ? 0 : errno; };
  int error = rename();
  if (error != EEXIST && error != ENOTEMPTY && error != ENOTDIR) return error;
  const auto there = read_entry(target);
  if (there || there.error().kind != base::ErrorKind::data) return error == ENOTDIR ? EEXIST : error;
  if (const int wrong = remove_damaged(store_, target); wrong != 0) return wrong;
  return rename();
}

}  // namespace ci::store
