#include "archive/new_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "platform/system_error.hpp"

namespace ci::archive {
namespace {

constexpr int kCreate = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
// Nobody else reads the file before it has its owner and mode.
constexpr mode_t kModeWhileWritten = 0600;
// Bytes of a write. One of 2 MiB gets a huge page of Linux's cache (seen with 6.18's ext4), which in a virtual machine
// may be memory that the host has not given it yet: a restore took 1.5 to 1.9 s in place of 0.7.
constexpr std::size_t kMostAtOnce = std::size_t{256} << 10;

// Creates `name`; an error number instead of a descriptor. A folder that only its mode closes is opened for writing.
tl::expected<platform::FileDescriptor, int> create(int folder, const std::string& name, const Member& member,
                                                   TargetFolders& folders) {
  platform::FileDescriptor file(::openat(folder, name.c_str(), kCreate, kModeWhileWritten));
  if (!file && errno == EACCES && folders.grant_writing(folder, member)) {
    file.reset(::openat(folder, name.c_str(), kCreate, kModeWhileWritten));
  }
  if (!file) return tl::unexpected<int>(errno);
  return file;
}

// Renames where nothing has the name `to`. 0 or an error number: EEXIST when something has it.
int rename_to_free(int folder, const std::string& from, const std::string& to) {
  if (::renameat2(folder, from.c_str(), folder, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL) return errno;
  // Not every file system has the flag. Nobody else is expected to write here.
  struct stat status {};
  if (::fstatat(folder, to.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) return EEXIST;
  return ::renameat(folder, from.c_str(), folder, to.c_str()) == 0 ? 0 : errno;
}

}  // namespace

base::Result<NewFile> NewFile::under_temporary_name(int folder, const Member& member, TargetFolders& folders) {
  std::string temporary = folders.pending().temporary_name();
  auto file = create(folder, temporary, member, folders);
  if (!file) return base::fail(platform::system_error("cannot create", member.path, file.error()));
  return NewFile(std::move(*file), folder, std::move(temporary), std::string(name_in_parent(member.path)));
}

base::Result<std::optional<NewFile>> NewFile::under_final_name(int folder, const Member& member,
                                                               TargetFolders& folders) {
  std::string name(name_in_parent(member.path));
  auto file = create(folder, name, member, folders);
  if (!file && file.error() == EEXIST) return std::nullopt;
  if (!file) return base::fail(platform::system_error("cannot create", member.path, file.error()));
  return NewFile(std::move(*file), folder, name, name);
}

NewFile::NewFile(NewFile&& other) noexcept
    : file_(std::move(other.file_)),
      folder_(std::exchange(other.folder_, -1)),
      current_(std::move(other.current_)),
      name_(std::move(other.name_)) {}

NewFile::~NewFile() {
  if (folder_ >= 0) ::unlinkat(folder_, current_.c_str(), 0);
}

base::Result<void> NewFile::write(std::string_view contents, std::uint64_t offset, const Member& member) const {
  while (!contents.empty()) {
    const std::string_view next = contents.substr(0, kMostAtOnce);
    const ssize_t count = ::pwrite(file_.get(), next.data(), next.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return base::fail(platform::system_error("cannot write", member.path, errno));
    contents.remove_prefix(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
  return {};
}

base::Result<void> NewFile::commit(const Member& member, TargetFolders& folders, const PlaceOptions& options) {
  if (auto good = apply_metadata(file_.get(), member, options); !good) {
    return base::fail(platform::system_error("cannot set the metadata of", member.path, good.error()));
  }
  // Some file systems report a full disk only here.
  if (::close(file_.release()) != 0) return base::fail(platform::system_error("cannot write", member.path, errno));
  int error = 0;
  if (current_ != name_) error = appears_last(member, options) ? EEXIST : rename_to_free(folder_, current_, name_);
  if (error != 0 && error != EEXIST) return base::fail(platform::system_error("cannot create", member.path, error));
  if (error == 0) {
    folders.pending().added(member.root, member.path);
  } else {
    folders.pending().postponed(member.root, member.path, current_);
  }
  folder_ = -1;
  return {};
}

}  // namespace ci::archive
