#include "archive/split_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <optional>

#include "base/text.hpp"
#include "platform/system_error.hpp"

namespace ci::archive {

struct SplitFiles::SplitFile {
  Member member;
  platform::FileDescriptor folder;  // outlives the cursors of the threads
  std::optional<NewFile> file;      // none: what is there stays
  std::uint64_t missing = 0;        // bytes; guarded by SplitFiles::mutex_
};

base::Result<std::shared_ptr<SplitFiles::SplitFile>> SplitFiles::find_or_create(const DataEntry& piece, int folder) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<SplitFile>& split = files_[{piece.member.root, piece.member.path}];
  if (split) return split;
  auto fresh = std::make_shared<SplitFile>();
  fresh->member = piece.member;
  fresh->missing = piece.member.size;
  fresh->folder.reset(::fcntl(folder, F_DUPFD_CLOEXEC, 0));
  if (!fresh->folder) return base::fail(platform::system_error("cannot open the folder of", piece.member.path, errno));
  struct stat status {};
  const bool stays =
      options_.existing == Existing::compare_metadata && options_.xattrs == Xattrs::omit &&
      ::fstatat(folder, std::string(name_in_parent(piece.member.path)).c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
      has_metadata(status, piece.member, options_);
  if (!stays) {
    auto file = NewFile::under_temporary_name(fresh->folder.get(), piece.member, folders_);
    if (!file) return base::fail(file.error());
    fresh->file.emplace(std::move(*file));
  }
  split = std::move(fresh);
  return split;
}

base::Result<Placed> SplitFiles::write(const DataEntry& piece, int folder) {
  auto found = find_or_create(piece, folder);
  if (!found) return base::fail(found.error());
  SplitFile& split = **found;
  if (split.file) {
    if (auto good = split.file->write(piece.contents, piece.offset, piece.member); !good)
      return base::fail(good.error());
  }
  {
    const std::lock_guard lock(mutex_);
    if (split.missing < piece.contents.size()) {
      return base::fail(base::ErrorKind::data,
                        fmt::format("member {}: its pieces overlap", base::valid_utf8(piece.member.path)));
    }
    split.missing -= piece.contents.size();
    if (split.missing > 0) return Placed::incomplete;
    files_.erase({piece.member.root, piece.member.path});
  }
  if (!split.file) return Placed::kept;
  if (auto good = split.file->commit(split.member, folders_, options_); !good) return base::fail(good.error());
  return Placed::written;
}

}  // namespace ci::archive
