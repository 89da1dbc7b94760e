#include "tar/pax.hpp"

#include <gmock/gmock.h>

#include <limits>

namespace ci::tar {
namespace {

using testing::HasSubstr;

TEST(Pax, ALengthCountsItself) {
  EXPECT_EQ(encode_record("path", "x"), "9 path=x\n");
  EXPECT_EQ(encode_record("path", std::string(90, 'x')), "99 path=" + std::string(90, 'x') + "\n");
  EXPECT_EQ(encode_record("path", std::string(91, 'x')), "101 path=" + std::string(91, 'x') + "\n");
}

TEST(Pax, RecordsComeBack) {
  Extension extension;
  const std::string name("a=b\nc \xFF");
  ASSERT_TRUE(decode_records(encode_record("path", name) + encode_record("size", "123") + encode_record("atime", "x") +
                                 encode_record("SCHILY.xattr.user.a", std::string("\0=\n", 3)) +
                                 encode_record("linkpath", "to") + encode_record("mtime", "12.25"),
                             extension));
  EXPECT_EQ(extension.path, name);
  EXPECT_EQ(extension.link, "to");
  EXPECT_EQ(extension.size, 123U);
  EXPECT_EQ(extension.mtime, 12'250'000'000);
  EXPECT_FALSE(extension.uid);
}

TEST(Pax, TimesComeBack) {
  for (const std::int64_t time : {std::int64_t{0}, std::int64_t{1}, std::int64_t{-1}, std::int64_t{-1'500'000'000},
                                  std::int64_t{1'700'000'000'123'456'789}, std::int64_t{9'000'000'000'000'000'000}}) {
    Extension extension;
    ASSERT_TRUE(decode_records(encode_record("mtime", encode_time(time)), extension));
    EXPECT_EQ(extension.mtime, time) << encode_time(time);
  }
  EXPECT_EQ(encode_time(5'000'000'000), "5");
  EXPECT_EQ(encode_time(-1'500'000'000), "-1.5");
  EXPECT_EQ(encode_time(std::numeric_limits<std::int64_t>::min()), "-9223372036.854775808");
}

TEST(Pax, RefusesWhatIsDamaged) {
  for (const std::string records :
       {"9 path=xy", "8 path=x\n", "11 path=x\n", "0 path=x\n", "path=x\n", " ", "99999999999999999999 path=x\n",
        "7 path\n", "3 \n", "11 size=1x\n", "12 size=-1\n", "15 mtime=1.2.3\n", "10 mtime=\n1"}) {
    Extension extension;
    EXPECT_FALSE(decode_records(records, extension)) << records;
  }
}

TEST(Pax, RefusesSparseFilesAndGlobalFields) {
  Extension extension;
  const auto sparse = decode_records(encode_record("GNU.sparse.major", "1"), extension);
  ASSERT_FALSE(sparse);
  EXPECT_THAT(sparse.error().message, HasSubstr("sparse"));
  EXPECT_TRUE(check_global_records(encode_record("comment", "made by hand")));
  EXPECT_FALSE(check_global_records(encode_record("path", "x")));
}

}  // namespace
}  // namespace ci::tar
