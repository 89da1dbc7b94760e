#pragma once
// One entry of an archive: what it is called, what it is, and its metadata.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "archive/byte_codec.hpp"
#include "base/digest.hpp"
#include "base/result.hpp"

namespace ci::archive {

enum class MemberType : std::uint8_t { file = 1, directory = 2, symlink = 3, hard_link = 4, deletion = 5 };

// Returns "file", "directory", "symbolic link", "hard link" or "deletion".
std::string_view name_of(MemberType type);

struct Xattr {
  std::string name;
  std::string value;
  friend bool operator==(const Xattr&, const Xattr&) = default;
};

struct Owner {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  friend bool operator==(const Owner&, const Owner&) = default;
};

// Whether other members are hard links to this file.
enum class Linked : std::uint8_t { no, yes };

struct Member {
  MemberType type = MemberType::file;
  std::uint16_t root = 0;        // which of the archive's roots `path` is relative to
  Linked linked = Linked::no;    // of a file
  std::uint16_t mode = 0;        // permission bits, at most 07777, of a file or directory
  std::optional<Owner> owner{};  // none when the archive was written without owners
  std::int64_t mtime = 0;        // nanoseconds since 1970
  std::uint64_t size = 0;        // bytes of a file's contents
  std::string path{};            // relative, without empty, "." or ".." components; any bytes but NUL
  std::string target{};          // of a symbolic link as it is; of a hard link the path of an earlier file in this root
  std::vector<Xattr> xattrs{};   // of a file or directory, by name
  base::Sha256Digest digest{};   // SHA-256 of a file's contents, in manifests only; zeros otherwise
  friend bool operator==(const Member&, const Member&) = default;
};

// Appends `member` without its digest (docs/ARCHIVE.md, "Member record").
void encode(const Member& member, std::string& out);

// Reads one record and checks it. Error: data, naming the member as far as it is known.
base::Result<Member> decode_member(ByteReader& reader);

// Checks everything that a record promises: path, type, mode, target, extended attributes. Error: data.
base::Result<void> check(const Member& member);

// Whether `path` is a member's path: relative, at most 4095 bytes, no empty, "." or ".." component, none above 255
// bytes.
bool is_member_path(std::string_view path);

// Whether the extended attribute `name` is kept and set: user.*, security.capability and POSIX access lists.
bool is_kept_xattr(std::string_view name);

// Whether `path` comes before `other` in an archive: by bytes, "/" before all others, so that a folder's contents
// follow it at once.
bool comes_before(std::string_view path, std::string_view other);

// Whether `path` lies below `folder`; everything lies below "".
bool is_below(std::string_view path, std::string_view folder);

// Returns the folder of `path`: "" for a path of one component.
std::string_view parent_of(std::string_view path);

// Returns the last component of `path`.
std::string_view name_in_parent(std::string_view path);

}  // namespace ci::archive
