#include "archive/member.hpp"

#include <gtest/gtest.h>

namespace ci::archive {
namespace {

TEST(Member, PathsAreOrderedSoThatAFoldersContentsFollowIt) {
  const std::vector<std::string> in_order{"a", "a/b", "a/b/c", "a/b!", "a!", "a!/x", "a-b", "b", "\xFF"};
  for (std::size_t i = 0; i < in_order.size(); ++i) {
    for (std::size_t j = 0; j < in_order.size(); ++j) {
      EXPECT_EQ(comes_before(in_order[i], in_order[j]), i < j) << in_order[i] << " and " << in_order[j];
    }
  }
}

TEST(Member, OnlyWholeComponentsMakeSomethingBelow) {
  EXPECT_TRUE(is_below("a/b", "a"));
  EXPECT_TRUE(is_below("a", ""));
  EXPECT_FALSE(is_below("a", "a"));
  EXPECT_FALSE(is_below("ab", "a"));
  EXPECT_FALSE(is_below("a", "a/b"));
}

TEST(Member, ARecordReadsBackAsItWas) {
  Member member{.type = MemberType::file, .root = 3, .linked = Linked::yes, .mode = 06751};
  member.owner = Owner{4'000'000'000U, 7};
  member.mtime = -1;
  member.size = std::uint64_t{1} << 40;
  member.path = "a/\xFF";
  member.xattrs = {{"security.capability", std::string("\0\1", 2)}, {"user.x", ""}};
  std::string bytes;
  encode(member, bytes);
  ByteReader reader(bytes);
  const auto read = decode_member(reader);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, member);
  EXPECT_TRUE(reader.rest().empty());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    ByteReader cut(std::string_view(bytes).substr(0, size));
    EXPECT_FALSE(decode_member(cut)) << size;
  }
}

TEST(Member, OnlyAttributesThatBelongToFilesAreKept) {
  for (const char* name : {"user.x", "security.capability", "system.posix_acl_access", "system.posix_acl_default"}) {
    EXPECT_TRUE(is_kept_xattr(name)) << name;
  }
  for (const char* name :
       {"user.", "user", "security.selinux", "security.ima", "trusted.overlay.opaque", "system.nfs4_acl", ""}) {
    EXPECT_FALSE(is_kept_xattr(name)) << name;
  }
}

}  // namespace
}  // namespace ci::archive
