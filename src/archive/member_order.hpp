#pragma once
// The order that an archive's members keep, which also excludes that two of them are about the same path.
#include <cstdint>
#include <string>
#include <unordered_set>

#include "archive/member.hpp"

namespace ci::archive {

// Sees an archive's members one by one: deletions (the deepest of a root first), directories, then files and links.
class MemberOrder {
 public:
  // Error: data when `member` is out of order, there a second time, below a member that is no directory, or a hard
  // link to what is no earlier file.
  base::Result<void> next(const Member& member);

 private:
  enum class Section : std::uint8_t { deletions, directories, files };
  static Section section_of(const Member& member);
  [[nodiscard]] bool follows_last(const Member& member, Section section) const;

  Section section_ = Section::deletions;
  bool first_of_section_ = true;
  std::uint16_t root_ = 0;
  std::string path_;
  std::unordered_set<std::string> tree_;    // paths of deletions and directories, each after its root
  std::unordered_set<std::string> linked_;  // paths of files that hard links may lead to
};

}  // namespace ci::archive
