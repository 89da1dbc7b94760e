#include "delta/restore_journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

#include "archive/member.hpp"
#include "archive/tree_scan.hpp"
#include "base/text.hpp"
#include "delta/capture.hpp"
#include "delta/journal_record.hpp"
#include "delta/kept_file.hpp"
#include "platform/filesystem.hpp"
#include "platform/system_error.hpp"

namespace ci::delta {
namespace {

namespace fs = std::filesystem;
using platform::FileDescriptor;
using platform::system_error;
using Step = JournalRecord::Step;

constexpr char kName[] = "journal";

// What changes whenever dpkg writes its status file; "" when there is none.
std::string status_identity(const fs::path& root) {
  struct stat status {};
  if (::lstat((root / kStatusFolder / kStatusFile).c_str(), &status) != 0) return "";
  const auto state = archive::file_state(status);
  return fmt::format("{} {} {} {} {}", state.device, state.inode, state.size, state.mtime, state.ctime);
}

std::optional<struct stat> status_of(const Place& place) {
  struct stat status {};
  if (::fstatat(place.folder, place.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return std::nullopt;
  return status;
}

// 0 or an error number; what is gone already, and a folder that is not empty, are none.
int remove_added(const Place& there) {
  if (::unlinkat(there.folder, there.name.c_str(), 0) == 0 || errno == ENOENT) return 0;
  if (errno != EISDIR && errno != EPERM) return errno;
  const bool gone = ::unlinkat(there.folder, there.name.c_str(), AT_REMOVEDIR) == 0;
  return gone || errno == ENOTEMPTY || errno == EBUSY ? 0 : errno;
}

int put_folder_back(const JournalRecord& record, const Place& there) {
  const auto present = status_of(there);
  if (present && identity_of(*present) != record.next) return 0;
  if (present && ::unlinkat(there.folder, there.name.c_str(), 0) != 0) return errno;
  if (::mkdirat(there.folder, there.name.c_str(), S_IRWXU) != 0 ||
      ::fchownat(there.folder, there.name.c_str(), record.uid, record.gid, AT_SYMLINK_NOFOLLOW) != 0 ||
      ::fchmodat(there.folder, there.name.c_str(), record.mode, 0) != 0) {
    return errno;
  }
  return 0;
}

int put_back(const JournalRecord& record, const Place& kept, const Place& there) {
  const auto former = status_of(kept);
  if (!former) return 0;  // put back before a kill
  const auto present = status_of(there);
  // The restore was killed just before it came to this. To rename one of two names of a file does nothing.
  if (present && identity_of(*present) == identity_of(*former)) return 0;
  if (present && identity_of(*present) != record.next) return 0;  // somebody else's by now
  return put_file_back(kept, there);
}

}  // namespace

RestoreJournal::RestoreJournal(FileDescriptor file, FileDescriptor mark, archive::ConfinedFolder root)
    : file_(std::move(file)), mark_(std::move(mark)), root_(std::move(root)) {}

base::Result<RestoreJournal> RestoreJournal::make(const fs::path& root, const fs::path& mark) {
  FileDescriptor folder(::open(mark.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!folder) return base::fail(system_error("cannot open", mark, errno));
  FileDescriptor file(::openat(folder.get(), kName, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW,
                               S_IRUSR | S_IWUSR));
  if (!file) return base::fail(system_error("cannot write", mark / kName, errno));
  auto top = archive::ConfinedFolder::open(root);
  if (!top) return base::fail(top.error());
  RestoreJournal journal(std::move(file), std::move(folder), std::move(*top));
  journal.write(status_identity(root));
  return journal;
}

void RestoreJournal::write(std::string record) const {
  record += '\0';
  (void)!::write(file_.get(), record.data(), record.size());  // one call: records of several threads do not mix
}

void RestoreJournal::added(std::string_view path) const {
  JournalRecord record;
  record.path = path;
  write(encode(record));
}

void RestoreJournal::replacing(std::string_view path, const std::string& next) {
  const auto folder = root_.open_folder(archive::parent_of(path));
  if (!folder) return;
  const Place there{folder->get(), std::string(archive::name_in_parent(path))};
  const auto present = status_of(there);
  if (!present) return added(path);
  JournalRecord record{Step::replaced, kept_, 0, 0, 0, {}, std::string(path)};
  if (!next.empty()) {
    if (const auto coming = status_of({folder->get(), next})) record.next = identity_of(*coming);
  }
  if (S_ISDIR(present->st_mode)) {
    record.step = Step::replaced_folder;
    record.mode = present->st_mode & 07777;
    record.uid = present->st_uid;
    record.gid = present->st_gid;
  } else {
    ++kept_;
    if (keep_file(there, {mark_.get(), file_in_mark(record.kept)}) != 0) return;
  }
  write(encode(record));
}

base::Result<void> take_back(const fs::path& root, const fs::path& mark) {
  const auto journal = platform::read_file(mark / kName);
  if (!journal) return {};  // killed before there was one
  auto records = base::split(*journal, '\0');
  records.pop_back();  // what follows the last NUL was never whole
  if (records.empty() || records.front().empty() || records.front() != status_identity(root)) return {};
  const auto top = archive::ConfinedFolder::open(root);
  if (!top) return base::fail(top.error());
  const FileDescriptor kept(::open(mark.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!kept) return base::fail(system_error("cannot open", mark, errno));
  archive::FolderCursor cursor(*top);
  for (auto text = records.rbegin(); text != records.rend() - 1; ++text) {
    const auto record = decode_journal_record(*text);
    if (!record) continue;
    const auto folder = cursor.folder(archive::parent_of(record->path));
    if (!folder) continue;  // gone with all that was in it
    const Place there{*folder, std::string(archive::name_in_parent(record->path))};
    const int error = record->step == Step::added ? remove_added(there)
                      : record->step == Step::replaced
                          ? put_back(*record, {kept.get(), file_in_mark(record->kept)}, there)
                          : put_folder_back(*record, there);
    if (error != 0) return base::fail(system_error("cannot take back", record->path, error));
  }
  return {};
}

}  // namespace ci::delta
