#include "archive/file_placer.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "archive/xattrs.hpp"
#include "platform/system_error.hpp"

namespace ci::archive {
namespace {

using base::fail;
using platform::system_error;

constexpr std::size_t kCompareBuffer = std::size_t{256} << 10;

std::string c_name(const Member& member) {
  return std::string(name_in_parent(member.path));
}

// Whether the rest of `file` is exactly `contents`.
bool holds(int file, std::string_view contents, std::string& buffer) {
  buffer.resize(kCompareBuffer);
  while (true) {
    const ssize_t count = ::read(file, buffer.data(), buffer.size());
    if (count < 0) return false;
    if (count == 0) return contents.empty();
    const std::string_view piece(buffer.data(), static_cast<std::size_t>(count));
    if (!contents.starts_with(piece)) return false;
    contents.remove_prefix(piece.size());
  }
}

}  // namespace

FilePlacer::FilePlacer(TargetFolders& folders, SplitFiles& split_files, const PlaceOptions& options)
    : folders_(folders),
      split_files_(split_files),
      options_(options),
      cursors_(folders.roots().begin(), folders.roots().end()),
      target_cursors_(folders.roots().begin(), folders.roots().end()) {}

base::Result<Placed> FilePlacer::place(const DataEntry& entry) {
  if (entry.member.root == 0 && options_.left_alone.contains(entry.member.path)) return Placed::kept;
  const auto folder = folders_.folder_for(entry.member, cursors_);
  if (!folder) return fail(folder.error());
  if (entry.member.type == MemberType::symlink) return place_symlink(entry.member, *folder);
  if (entry.contents.size() < entry.member.size) return split_files_.write(entry, *folder);
  return place_file(entry, *folder);
}

base::Result<Placed> FilePlacer::place_file(const DataEntry& entry, int folder) {
  const Member& member = entry.member;
  if (!appears_whole(member, options_)) {
    auto direct = NewFile::under_final_name(folder, member, folders_);
    if (!direct) return fail(direct.error());
    if (*direct) {
      if (auto good = (*direct)->write(entry.contents, 0, member); !good) return fail(good.error());
      if (auto good = (*direct)->commit(member, folders_, options_); !good) return fail(good.error());
      return Placed::written;
    }
  }
  auto same = is_in_place(entry, folder);
  if (!same) return fail(same.error());
  if (*same) return Placed::kept;
  auto file = NewFile::under_temporary_name(folder, member, folders_);
  if (!file) return fail(file.error());
  if (auto good = file->write(entry.contents, 0, member); !good) return fail(good.error());
  if (auto good = file->commit(member, folders_, options_); !good) return fail(good.error());
  return Placed::written;
}

base::Result<bool> FilePlacer::is_in_place(const DataEntry& entry, int folder) {
  const Member& member = entry.member;
  struct stat status {};
  if (::fstatat(folder, c_name(member).c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return false;
    return fail(system_error("cannot examine", member.path, errno));
  }
  if (!has_metadata(status, member, options_)) return false;
  if (options_.existing == Existing::compare_metadata && options_.xattrs == Xattrs::omit) return true;
  const platform::FileDescriptor file(::openat(folder, c_name(member).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file) return false;  // replaced, which needs no right to read it
  if (options_.xattrs == Xattrs::keep) {
    const auto xattrs = read_xattrs(file.get());
    if (!xattrs || *xattrs != member.xattrs) return false;
  }
  return options_.existing == Existing::compare_metadata || holds(file.get(), entry.contents, buffer_);
}

template <class Create>
base::Result<std::string> FilePlacer::create_link(const Member& member, int folder, Create create) {
  const auto create_here = [&](const std::string& name) {
    int error = create(name.c_str());
    if (error == EACCES && folders_.grant_writing(folder, member)) error = create(name.c_str());
    return error;
  };
  std::string name = c_name(member);
  int error = create_here(name);
  if (error == EEXIST) {
    name = folders_.pending().temporary_name();
    error = create_here(name);
  }
  if (error != 0) return fail(system_error("cannot create", member.path, error));
  return name;
}

base::Result<Placed> FilePlacer::place_symlink(const Member& member, int folder) {
  std::array<char, 4097> target{};
  const ssize_t size = ::readlinkat(folder, c_name(member).c_str(), target.data(), target.size());
  const bool same = size >= 0 && std::string_view(target.data(), static_cast<std::size_t>(size)) == member.target;
  std::string name = c_name(member);
  if (!same) {
    auto created = create_link(member, folder, [&](const char* link) {
      return ::symlinkat(member.target.c_str(), folder, link) == 0 ? 0 : errno;
    });
    if (!created) return fail(created.error());
    if (*created == name) {
      folders_.pending().added(member.root, member.path);
    } else {
      folders_.pending().postponed(member.root, member.path, *created);
      name = std::move(*created);
    }
  }
  if (auto good = apply_link_metadata(folder, name.c_str(), member, options_); !good) {
    return fail(system_error("cannot set the metadata of", member.path, good.error()));
  }
  return same ? Placed::kept : Placed::written;
}

base::Result<Placed> FilePlacer::place_hard_link(const Member& member, std::uint16_t target_root) {
  const auto folder = folders_.folder_for(member, cursors_);
  if (!folder) return fail(folder.error());
  const auto target_folder = target_cursors_[target_root].folder(parent_of(member.target));
  if (!target_folder) return fail(system_error("cannot open the folder of", member.target, target_folder.error()));
  const std::string target(name_in_parent(member.target));
  struct stat file {};
  if (::fstatat(*target_folder, target.c_str(), &file, AT_SYMLINK_NOFOLLOW) != 0) {
    return fail(system_error("cannot examine", member.target, errno));
  }
  struct stat there {};
  if (::fstatat(*folder, c_name(member).c_str(), &there, AT_SYMLINK_NOFOLLOW) == 0 && there.st_dev == file.st_dev &&
      there.st_ino == file.st_ino) {
    return Placed::kept;
  }
  const int from = *target_folder;
  const auto link = [&](const char* name) { return ::linkat(from, target.c_str(), *folder, name, 0) == 0 ? 0 : errno; };
  const auto created = create_link(member, *folder, link);
  if (!created) return fail(created.error());
  if (*created == c_name(member)) return Placed::written;
  folders_.pending().replacing(member.root, member.path, *created);
  if (auto placed = put_in_place(*folder, *created, c_name(member)); !placed) {
    ::unlinkat(*folder, created->c_str(), 0);
    return fail(system_error("cannot replace", member.path, placed.error()));
  }
  return Placed::written;
}

base::Result<bool> FilePlacer::remove(const Member& member) {
  const auto folder = cursors_[member.root].folder(parent_of(member.path));
  if (!folder) {
    // Below a file or a link there is nothing, as after a first extraction that replaced the folder by one.
    if (folder.error() == ENOENT || folder.error() == ENOTDIR || folder.error() == ELOOP) return true;
    return fail(system_error("cannot open the folder of", member.path, folder.error()));
  }
  const std::string name = c_name(member);
  const auto unlink = [&](int flags) { return ::unlinkat(*folder, name.c_str(), flags) == 0 ? 0 : errno; };
  struct stat status {};
  if (::fstatat(*folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return true;
    return fail(system_error("cannot examine", member.path, errno));
  }
  folders_.pending().replacing(member.root, member.path, "");
  const int flags = S_ISDIR(status.st_mode) ? AT_REMOVEDIR : 0;
  int error = unlink(flags);
  if (error == EACCES && folders_.grant_writing(*folder, member)) error = unlink(flags);
  if (error == ENOTEMPTY || error == EEXIST) return false;
  if (error != 0 && error != ENOENT) return fail(system_error("cannot remove", member.path, error));
  return true;
}

}  // namespace ci::archive
