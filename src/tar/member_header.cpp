#include "tar/member_header.hpp"

#include <fmt/format.h>

#include "tar/header.hpp"
#include "tar/pax.hpp"

namespace ci::tar {
namespace {

using archive::Member;
using archive::MemberType;

constexpr std::int64_t kNanoseconds = 1'000'000'000;
constexpr std::int64_t kMostMtime = 077777777777;
constexpr std::uint32_t kLinkMode = 0777;

char type_of(const Member& member) {
  switch (member.type) {
    case MemberType::directory:
      return kDirectory;
    case MemberType::symlink:
      return kSymlink;
    case MemberType::hard_link:
      return kHardLink;
    default:
      return kFile;
  }
}

// The records for what does not fit the header.
std::string records_of(const Header& header, std::int64_t mtime) {
  std::string records;
  if (header.name.size() > kMostName) records += encode_record("path", header.name);
  if (header.link.size() > kMostName) records += encode_record("linkpath", header.link);
  if (header.size > kMostSize) records += encode_record("size", fmt::to_string(header.size));
  if (header.uid > kMostId) records += encode_record("uid", fmt::to_string(header.uid));
  if (header.gid > kMostId) records += encode_record("gid", fmt::to_string(header.gid));
  if (mtime % kNanoseconds != 0 || mtime < 0 || header.mtime > kMostMtime) {
    records += encode_record("mtime", encode_time(mtime));
  }
  return records;
}

}  // namespace

void append_header(const Member& member, std::string_view name, std::string_view target, std::string& out) {
  Header header{.name = std::string(name), .link = std::string(target), .type = type_of(member), .size = member.size};
  header.mode = member.type == MemberType::symlink ? kLinkMode : member.mode;
  if (member.type == MemberType::directory) header.name.push_back('/');
  if (member.owner) {
    header.uid = member.owner->uid;
    header.gid = member.owner->gid;
  }
  header.mtime = member.mtime / kNanoseconds;
  if (const std::string records = records_of(header, member.mtime); !records.empty()) {
    out += encode_header({.name = "PaxHeaders/x", .type = kPaxHeader, .mode = 0644, .size = records.size()});
    out += records;
    out.append(padding_after(records.size()), '\0');
  }
  out += encode_header(header);
}

}  // namespace ci::tar
