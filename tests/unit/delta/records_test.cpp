#include "delta/records.hpp"

#include <gtest/gtest.h>

namespace {

using ci::delta::merge_records;
using ci::delta::RecordFormat;

constexpr char kBefore[] = "root:x:0:0:root:/root:/bin/bash\n";
constexpr char kAfter[] = "root:x:0:0:root:/root:/bin/bash\npostgres:x:101:103::/var/lib/postgresql:/bin/bash\n";

TEST(MergeRecords, AddsTheNewUserToAnotherTarget) {
  const auto merged =
      merge_records(RecordFormat::passwd, kBefore, kAfter, "root:x:0:0:root:/root:/bin/bash\nrunner:x:1001:1001::/:\n");
  ASSERT_TRUE(merged) << merged.error().message;
  EXPECT_EQ(*merged,
            "root:x:0:0:root:/root:/bin/bash\nrunner:x:1001:1001::/:\n"
            "postgres:x:101:103::/var/lib/postgresql:/bin/bash\n");
}

TEST(MergeRecords, GivesTheInstalledTextWhenTheTargetIsWhatWasReplaced) {
  EXPECT_EQ(merge_records(RecordFormat::passwd, kBefore, kAfter, kBefore).value(), kAfter);
  EXPECT_EQ(merge_records(RecordFormat::passwd, kBefore, kAfter, kAfter).value(), kAfter);
}

TEST(MergeRecords, RefusesATakenNumber) {
  const auto merged = merge_records(RecordFormat::passwd, kBefore, kAfter, "sshd:x:101:65534::/run/sshd:\n");
  ASSERT_FALSE(merged);
  EXPECT_EQ(merged.error().message, "id 101 of postgres belongs to sshd");
}

TEST(MergeRecords, RefusesATakenName) {
  EXPECT_FALSE(merge_records(RecordFormat::passwd, kBefore, kAfter, "postgres:x:500:500::/home/pg:\n"));
}

TEST(MergeRecords, RefusesAChangedUserWhoIsOtherwiseInTheTarget) {
  const char* const changed = "root:x:0:0:root:/root:/bin/dash\n";
  EXPECT_EQ(merge_records(RecordFormat::passwd, kBefore, changed, kBefore).value(), changed);
  EXPECT_FALSE(merge_records(RecordFormat::passwd, kBefore, changed, "root:x:0:0:root:/root:/bin/zsh\n"));
}

TEST(MergeRecords, JoinsTheMembersOfAGroup) {
  const auto merged = merge_records(RecordFormat::group, "ssl-cert:x:102:\n", "ssl-cert:x:102:postgres\n",
                                    "ssl-cert:x:102:runner\ndocker:x:900:runner\n");
  ASSERT_TRUE(merged) << merged.error().message;
  EXPECT_EQ(*merged, "ssl-cert:x:102:runner,postgres\ndocker:x:900:runner\n");
}

TEST(MergeRecords, TakesRemovedMembersOut) {
  EXPECT_EQ(merge_records(RecordFormat::group, "a:x:5:x,y\n", "a:x:5:y\n", "a:x:5:x,y,z\n").value(), "a:x:5:y,z\n");
}

TEST(MergeRecords, RefusesAGroupOfAnotherNumber) {
  EXPECT_FALSE(merge_records(RecordFormat::group, "", "ssl-cert:x:102:\n", "ssl-cert:x:110:\n"));
  EXPECT_FALSE(merge_records(RecordFormat::group, "", "ssl-cert:x:102:\n", "other:x:102:\n"));
}

TEST(MergeRecords, AcceptsAGroupThatIsThereAlready) {
  EXPECT_EQ(merge_records(RecordFormat::group, "", "a:x:5:m\n", "a:x:5:n\n").value(), "a:x:5:n,m\n");
}

TEST(MergeRecords, KnowsNoNumbersInShadow) {
  EXPECT_EQ(merge_records(RecordFormat::shadow, "", "b:!:20000::::::\n", "a:*:20000:0:99999:7:::\n").value(),
            "a:*:20000:0:99999:7:::\nb:!:20000::::::\n");
}

TEST(MergeRecords, RefusesOverlappingRanges) {
  EXPECT_FALSE(merge_records(RecordFormat::subordinate_ids, "", "b:100000:65536\n", "a:165535:10\n"));
  EXPECT_EQ(merge_records(RecordFormat::subordinate_ids, "", "b:100000:65536\n", "a:165536:10\n").value(),
            "a:165536:10\nb:100000:65536\n");
}

TEST(MergeRecords, RemovesWhatWentUnlessTheTargetHasItOtherwise) {
  EXPECT_EQ(merge_records(RecordFormat::passwd, kAfter, kBefore, kAfter).value(), kBefore);
  EXPECT_EQ(merge_records(RecordFormat::passwd, kAfter, kBefore, kBefore).value(), kBefore);
  EXPECT_FALSE(merge_records(RecordFormat::passwd, kAfter, kBefore, "postgres:x:7:7::/:\n"));
}

TEST(MergeRecords, LeavesCommentsOfTheTargetAlone) {
  EXPECT_EQ(merge_records(RecordFormat::lines, "/bin/sh\n", "/bin/sh\n/bin/zsh\n", "# shells\n\n/bin/sh\n").value(),
            "# shells\n\n/bin/sh\n/bin/zsh\n");
}

TEST(MergeRecords, MergesStanzasByPackageAndArchitecture) {
  const char* const one = "Package: a\nArchitecture: amd64\nAuto-Installed: 1\n\n";
  const char* const two = "Package: b\nArchitecture: amd64\nAuto-Installed: 1\n\n";
  EXPECT_EQ(merge_records(RecordFormat::stanzas, "", two, one).value(), std::string(one) + two);
  EXPECT_FALSE(merge_records(RecordFormat::stanzas, "", two, "Package: b\nArchitecture: amd64\nAuto-Installed: 0\n"));
}

TEST(MergeRecords, MergesDebconfByName) {
  const char* const question = "Name: man-db/install-setuid\nTemplate: man-db/install-setuid\nOwners: man-db\n\n";
  EXPECT_EQ(merge_records(RecordFormat::stanzas, "", question, "").value(), question);
}

TEST(DifferingRecords, MergeAsTheWholeFilesDo) {
  const char* const before = "# c\na:x:1:\nb:x:2:\nc:x:3:m\nd:x:4:\n";
  const char* const after = "# other\na:x:1:\nc:x:3:m,n\nd:x:4:\ne:x:5:\n";
  const auto differing = ci::delta::differing_records(RecordFormat::group, before, after);
  EXPECT_EQ(differing.before, "b:x:2:\nc:x:3:m\n");
  EXPECT_EQ(differing.after, "c:x:3:m,n\ne:x:5:\n");
  for (const char* target : {before, after, "c:x:3:k\nb:x:2:\nz:x:9:\n", "e:x:6:\n", ""}) {
    const auto whole = merge_records(RecordFormat::group, before, after, target);
    const auto part = merge_records(RecordFormat::group, differing.before, differing.after, target);
    ASSERT_EQ(whole.has_value(), part.has_value()) << target;
    EXPECT_EQ(whole.value_or(""), part.value_or("")) << target;
  }
}

}  // namespace
