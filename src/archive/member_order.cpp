#include "archive/member_order.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace ci::archive {
namespace {

std::string key(std::uint16_t root, std::string_view path) {
  return fmt::format("{}:{}", root, path);
}

}  // namespace

base::Result<void> MemberOrder::next(const Member& member) {
  const auto refused = [&](std::string_view why) {
    return base::fail(base::ErrorKind::data, fmt::format("member {}: {}", base::valid_utf8(member.path), why));
  };
  const Section section = section_of(member);
  if (section < section_) return refused("it is out of order");
  if (section > section_) {
    section_ = section;
    first_of_section_ = true;
  }
  if (!first_of_section_ && !follows_last(member, section)) return refused("it is out of order");
  if (section == Section::files) {
    if (tree_.contains(key(member.root, member.path))) return refused("it is there twice");
    // Everything between a path and what is below it is below it too, so the last member is the one to ask.
    if (!first_of_section_ && root_ == member.root && is_below(member.path, path_)) {
      return refused("it is below something that is no directory");
    }
  } else if (!tree_.insert(key(member.root, member.path)).second) {
    return refused("it is there twice");
  }
  if (member.linked == Linked::yes) linked_.insert(key(member.root, member.path));
  if (member.type == MemberType::hard_link && !linked_.contains(key(member.root, member.target))) {
    return refused("it is a hard link to what is no earlier file");
  }
  first_of_section_ = false;
  root_ = member.root;
  path_ = member.path;
  return {};
}

MemberOrder::Section MemberOrder::section_of(const Member& member) {
  if (member.type == MemberType::deletion) return Section::deletions;
  return member.type == MemberType::directory ? Section::directories : Section::files;
}

bool MemberOrder::follows_last(const Member& member, Section section) const {
  if (member.root != root_) return member.root > root_;
  return section == Section::deletions ? comes_before(member.path, path_) : comes_before(path_, member.path);
}

}  // namespace ci::archive
