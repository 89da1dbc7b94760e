// Receipts of restored deltas, and machines that are compared with them.
#include "delta/exactness.hpp"

#include <gmock/gmock.h>

#include "archive/byte_stream.hpp"
#include "archive/reader.hpp"
#include "delta/receipt.hpp"
#include "delta/tree.hpp"

namespace {

using namespace ci;
using namespace ci::delta;
using archive::Member;
using archive::MemberType;
using ci::test::Tree;
using testing::ElementsAre;
using testing::IsEmpty;

Member member(const Tree& tree, MemberType type, const std::string& path, const std::string& text = "") {
  Member one;
  one.type = type;
  one.path = path;
  struct stat status {};
  if (::lstat(tree.at("/" + path).c_str(), &status) == 0) {
    one.mode = type == MemberType::file || type == MemberType::directory ? status.st_mode & 07777 : 0;
    one.owner = archive::Owner{status.st_uid, status.st_gid};
  }
  if (type == MemberType::file) {
    one.size = text.size();
    one.digest = base::sha256(text);
  }
  return one;
}

Receipt receipt(std::vector<std::string> packages, std::vector<Member> members, int hour) {
  Receipt one;
  one.packages = std::move(packages);
  one.entry = "apt-key";
  one.made = base::TimePoint(std::chrono::hours(hour));
  one.listing = {{{"root", "status"}, ""}, std::move(members)};
  return one;
}

std::vector<std::string> differing(const Tree& tree, const std::vector<std::string>& packages = {}) {
  const auto receipts = read_receipts(tree.root());
  EXPECT_TRUE(receipts) << receipts.error().message;
  const auto found = compare_with_receipts(tree.root(), *receipts, packages.empty() ? "" : receipt_name(packages));
  EXPECT_TRUE(found) << found.error().message;
  std::vector<std::string> words;
  for (const auto& one : found->differing) words.push_back(one.path + " " + std::string(name_of(one.kind)));
  for (const auto& one : found->varying) words.push_back("expected " + one.path);
  return words;
}

TEST(Receipt, SaysTheSameAfterItWasWrittenAndRead) {
  const Tree tree;
  tree.write("/usr/bin/tool", "the tool");
  const auto written = receipt(
      {"tool", "other=1"},
      {member(tree, MemberType::deletion, "etc/old"), member(tree, MemberType::file, "usr/bin/tool", "the tool")}, 3);
  ASSERT_TRUE(write_receipt(tree.root(), written));
  const auto read = read_receipts(tree.root());
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->size(), 1U);
  EXPECT_EQ(read->front().packages, written.packages);
  EXPECT_EQ(read->front().entry, "apt-key");
  EXPECT_EQ(read->front().made, written.made);
  EXPECT_EQ(read->front().listing.members, written.listing.members);
  EXPECT_EQ(receipt_name({"a", "b"}), receipt_name({"b", "a"}));
  EXPECT_NE(receipt_name({"a", "b"}), receipt_name({"a"}));
}

TEST(Receipt, LeavesTheTimeOfTheFolderAboveAndReplacesAnEarlierOne) {
  const Tree tree;
  tree.write("/usr/bin/tool", "the tool");
  const auto time = std::filesystem::last_write_time(tree.at("/var/lib")) - std::chrono::hours(1);
  std::filesystem::last_write_time(tree.at("/var/lib"), time);
  for (const int hour : {1, 2}) {
    ASSERT_TRUE(write_receipt(tree.root(), receipt({"tool"}, {member(tree, MemberType::file, "usr/bin/tool")}, hour)));
  }
  EXPECT_EQ(std::filesystem::last_write_time(tree.at("/var/lib")), time);
  EXPECT_EQ(read_receipts(tree.root())->size(), 1U);
}

TEST(Receipt, IsNotBelievedWhenItIsDamaged) {
  const Tree tree;
  tree.write("/usr/bin/tool", "the tool");
  const std::vector<Member> members{member(tree, MemberType::file, "usr/bin/tool", "the tool")};
  ASSERT_TRUE(write_receipt(tree.root(), receipt({"tool"}, members, 1)));
  const std::string file = "/" + std::string(kReceiptsFolder) + "/" + receipt_name({"tool"});
  auto text = *platform::read_file(tree.at(file));
  text[text.size() / 2] = static_cast<char>(text[text.size() / 2] ^ 1);
  tree.write(file, text);
  const auto read = read_receipts(tree.root());
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, base::ErrorKind::data);
}

TEST(Exactness, NamesWhatDiffersAndTellsApartWhatVaries) {
  const Tree tree;
  tree.write("/usr/bin/tool", "the tool");
  tree.write("/usr/lib/python3/a.pyc", "code");
  tree.write("/usr/lib/python3/b.pyc", "code");
  tree.write("/usr/lib/python3/c.py", "code");
  const std::string status = *platform::read_file(tree.at("/var/lib/dpkg/status"));
  Member known = member(tree, MemberType::file, "var/lib/dpkg/status", status);
  known.path = "status";
  known.root = 1;
  const std::vector<Member> members{member(tree, MemberType::deletion, "etc/old"),
                                    member(tree, MemberType::file, "usr/bin/tool", "the tool"),
                                    member(tree, MemberType::file, "usr/lib/python3/a.pyc", "code"),
                                    member(tree, MemberType::file, "usr/lib/python3/b.pyc", "code"),
                                    member(tree, MemberType::file, "usr/lib/python3/c.py", "code"),
                                    known};
  ASSERT_TRUE(write_receipt(tree.root(), receipt({"tool"}, members, 1)));
  EXPECT_THAT(differing(tree), IsEmpty());
  tree.write("/usr/bin/tool", "tampered");
  tree.write("/usr/lib/python3/a.pyc", "CODE");
  tree.remove("/usr/lib/python3/b.pyc");
  tree.write("/usr/lib/python3/c.py", "CODE");
  tree.write("/etc/old", "back");
  tree.write("/var/lib/dpkg/status", status + "\n");
  EXPECT_THAT(differing(tree), ElementsAre("/etc/old present", "/usr/bin/tool contents",
                                           "/usr/lib/python3/b.pyc absent", "/usr/lib/python3/c.py contents",
                                           "/var/lib/dpkg/status size", "expected /usr/lib/python3/a.pyc"));
}

TEST(Exactness, TakesTheLaterOfTwoInstallations) {
  const Tree tree;
  tree.write("/etc/shared", "both");
  tree.write("/usr/bin/first", "1");
  tree.write("/usr/bin/second", "2");
  ASSERT_TRUE(write_receipt(tree.root(), receipt({"first"},
                                                 {member(tree, MemberType::file, "etc/shared", "first"),
                                                  member(tree, MemberType::file, "usr/bin/first", "1")},
                                                 1)));
  EXPECT_THAT(differing(tree), ElementsAre("/etc/shared size"));
  ASSERT_TRUE(write_receipt(tree.root(), receipt({"second"},
                                                 {member(tree, MemberType::file, "etc/shared", "both"),
                                                  member(tree, MemberType::file, "usr/bin/second", "2")},
                                                 2)));
  EXPECT_THAT(differing(tree), IsEmpty());
  tree.remove("/usr/bin/second");
  EXPECT_THAT(differing(tree), ElementsAre("/usr/bin/second absent"));
  EXPECT_THAT(differing(tree, {"first"}), IsEmpty());
  EXPECT_THAT(differing(tree, {"second"}), ElementsAre("/usr/bin/second absent"));
}

TEST(Exactness, HasNothingToCompareWithWithoutAReceipt) {
  const Tree tree;
  EXPECT_TRUE(read_receipts(tree.root())->empty());
  const auto found = compare_with_receipts(tree.root(), {}, "");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, base::ErrorKind::environment);
  EXPECT_THAT(found.error().message, testing::HasSubstr("nothing to compare with"));
}

}  // namespace
