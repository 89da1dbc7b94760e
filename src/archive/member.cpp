#include "archive/member.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace ci::archive {
namespace {

using base::ErrorKind;
using base::fail;

constexpr std::uint8_t kHasOwner = 1;
constexpr std::uint8_t kHasXattrs = 2;
constexpr std::uint8_t kIsLinked = 4;
constexpr std::size_t kPathLimit = 4095;
constexpr std::size_t kNameLimit = 255;
constexpr std::size_t kXattrNameLimit = 255;
constexpr std::size_t kXattrValueLimit = 65535;  // XATTR_SIZE_MAX less one, so that 16 bits hold it
constexpr std::size_t kXattrCountLimit = 255;
constexpr std::uint16_t kModeLimit = 07777;

tl::unexpected<base::Error> damaged(const Member& member, std::string_view why) {
  return fail(ErrorKind::data, fmt::format("member {}: {}", base::valid_utf8(member.path), why));
}

base::Result<void> check_xattrs(const Member& member) {
  if (member.xattrs.size() > kXattrCountLimit) return damaged(member, "too many extended attributes");
  const Xattr* previous = nullptr;
  for (const Xattr& xattr : member.xattrs) {
    if (!is_kept_xattr(xattr.name) || xattr.value.size() > kXattrValueLimit) {
      return damaged(member, fmt::format("extended attribute {} is refused", base::valid_utf8(xattr.name)));
    }
    if (previous != nullptr && previous->name >= xattr.name) return damaged(member, "extended attributes out of order");
    previous = &xattr;
  }
  return {};
}

}  // namespace

std::string_view name_of(MemberType type) {
  switch (type) {
    case MemberType::file:
      return "file";
    case MemberType::directory:
      return "directory";
    case MemberType::symlink:
      return "symbolic link";
    case MemberType::hard_link:
      return "hard link";
    case MemberType::deletion:
      return "deletion";
  }
  return "unknown";
}

void encode(const Member& member, std::string& out) {
  std::uint8_t flags = 0;
  if (member.owner) flags |= kHasOwner;
  if (!member.xattrs.empty()) flags |= kHasXattrs;
  if (member.linked == Linked::yes) flags |= kIsLinked;
  put(out, static_cast<std::uint8_t>(member.type), 1);
  put(out, flags, 1);
  put(out, member.root, 2);
  put(out, member.mode, 2);
  put(out, static_cast<std::uint64_t>(member.mtime), 8);
  put(out, member.size, 8);
  put_text(out, member.path, 2);
  put_text(out, member.target, 2);
  if (member.owner) {
    put(out, member.owner->uid, 4);
    put(out, member.owner->gid, 4);
  }
  if (member.xattrs.empty()) return;
  put(out, member.xattrs.size(), 1);
  for (const Xattr& xattr : member.xattrs) {
    put_text(out, xattr.name, 1);
    put_text(out, xattr.value, 2);
  }
}

base::Result<Member> decode_member(ByteReader& reader) {
  Member member;
  member.type = static_cast<MemberType>(reader.number(1));
  const auto flags = reader.number(1);
  member.root = static_cast<std::uint16_t>(reader.number(2));
  member.mode = static_cast<std::uint16_t>(reader.number(2));
  member.mtime = static_cast<std::int64_t>(reader.number(8));
  member.size = reader.number(8);
  member.path = reader.text(2);
  member.target = reader.text(2);
  if ((flags & ~std::uint64_t{kHasOwner | kHasXattrs | kIsLinked}) != 0) return damaged(member, "unknown flags");
  member.linked = (flags & kIsLinked) != 0 ? Linked::yes : Linked::no;
  if ((flags & kHasOwner) != 0) {
    const auto uid = static_cast<std::uint32_t>(reader.number(4));
    member.owner = Owner{uid, static_cast<std::uint32_t>(reader.number(4))};
  }
  if ((flags & kHasXattrs) != 0) {
    const auto count = reader.number(1);
    for (std::uint64_t i = 0; i < count && !reader.failed(); ++i) {
      const std::string_view name = reader.text(1);
      member.xattrs.push_back({std::string(name), std::string(reader.text(2))});
    }
  }
  if (reader.failed()) return damaged(member, "the record is cut");
  if (auto good = check(member); !good) return fail(good.error());
  return member;
}

base::Result<void> check(const Member& member) {
  const bool is_file = member.type == MemberType::file;
  const bool has_mode = is_file || member.type == MemberType::directory;
  const bool has_target = member.type == MemberType::symlink || member.type == MemberType::hard_link;
  if (member.type < MemberType::file || member.type > MemberType::deletion) {
    return damaged(member, fmt::format("type {} is refused", static_cast<int>(member.type)));
  }
  if (!is_member_path(member.path)) return damaged(member, "the path is refused");
  if (member.mode > kModeLimit || (!has_mode && member.mode != 0)) return damaged(member, "the mode is refused");
  if (!is_file && (member.size != 0 || member.linked == Linked::yes))
    return damaged(member, "only files have contents");
  if (member.size > static_cast<std::uint64_t>(INT64_MAX)) return damaged(member, "the size is refused");
  if (!has_mode && !member.xattrs.empty()) return damaged(member, "only files and directories have attributes");
  if (!has_target && !member.target.empty()) return damaged(member, "only links have a target");
  if (member.type == MemberType::symlink &&
      (member.target.empty() || member.target.size() > kPathLimit || member.target.find('\0') != std::string::npos)) {
    return damaged(member, "the link's target is refused");
  }
  if (member.type == MemberType::hard_link && !is_member_path(member.target)) {
    return damaged(member, "the hard link's target is refused");
  }
  // A hard link has its file's metadata, a deletion has none: one way to say it, so that equal trees give equal bytes.
  const bool bare = member.type == MemberType::hard_link || member.type == MemberType::deletion;
  if (bare && (member.owner || member.mtime != 0)) return damaged(member, "metadata where none belongs");
  return check_xattrs(member);
}

bool is_member_path(std::string_view path) {
  if (path.empty() || path.size() > kPathLimit || path.find('\0') != std::string_view::npos) return false;
  std::size_t start = 0;
  while (start <= path.size()) {
    const std::size_t end = std::min(path.find('/', start), path.size());
    const std::string_view name = path.substr(start, end - start);
    if (name.empty() || name == "." || name == ".." || name.size() > kNameLimit) return false;
    start = end + 1;
  }
  return true;
}

bool is_kept_xattr(std::string_view name) {
  if (name.size() > kXattrNameLimit || name.find('\0') != std::string_view::npos) return false;
  return name == "security.capability" || name == "system.posix_acl_access" || name == "system.posix_acl_default" ||
         (name.starts_with("user.") && name.size() > 5);
}

bool comes_before(std::string_view path, std::string_view other) {
  const auto [left, right] = std::mismatch(path.begin(), path.end(), other.begin(), other.end());
  if (right == other.end()) return false;
  if (left == path.end()) return true;
  if (*left == '/') return true;
  return *right != '/' && static_cast<unsigned char>(*left) < static_cast<unsigned char>(*right);
}

bool is_below(std::string_view path, std::string_view folder) {
  if (folder.empty()) return true;
  return path.size() > folder.size() && path[folder.size()] == '/' && path.starts_with(folder);
}

std::string_view parent_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string_view name_in_parent(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace ci::archive
