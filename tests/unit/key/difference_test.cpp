#include "key/difference.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ci::key {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> texts(const Parts& before, const Parts& after) {
  std::vector<std::string> lines;
  for (const auto& one : differences(before, after)) lines.push_back(one.text());
  return lines;
}

Parts with(Part part) {
  return {{{"os", "debian 12"}, std::move(part)}};
}

TEST(Difference, EqualPartsHaveNone) {
  EXPECT_THAT(texts(with({"toolchain", "go1.22.1"}), with({"toolchain", "go1.22.1"})), IsEmpty());
}

TEST(Difference, NamesTheToolBeforeAndAfter) {
  EXPECT_THAT(texts(with({"toolchain", "go1.22.1"}), with({"toolchain", "go1.22.3"})),
              ElementsAre("toolchain go1.22.1 → go1.22.3"));
  EXPECT_THAT(texts(with({"CGO_ENABLED", "1"}), with({"CGO_ENABLED", "0"})), ElementsAre("CGO_ENABLED 1 → 0"));
  EXPECT_THAT(texts(with({"GOFLAGS", ""}), with({"GOFLAGS", "-race"})), ElementsAre("GOFLAGS (none) → -race"));
}

TEST(Difference, NamesTheModulesOfAGoSum) {
  const Part before{"go.sum", "1", FactKind::modules, {{"golang.org/x/net", "v0.30.0"}, {"old.test/m", "v1.0.0"}}};
  const Part after{"go.sum", "2", FactKind::modules, {{"golang.org/x/net", "v0.31.0"}, {"new.test/m", "v2.0.0"}}};
  EXPECT_THAT(texts(with(before), with(after)),
              ElementsAre("go.sum changed: golang.org/x/net v0.30.0 → v0.31.0",
                          "go.sum changed: new.test/m v2.0.0 added", "go.sum changed: old.test/m v1.0.0 removed"));
}

TEST(Difference, NamesTheFiles) {
  const Part before{"sources", "1", FactKind::files, {{"a.go", "1"}, {"b.go", "1"}, {"d.go", "1"}}};
  const Part after{"sources", "2", FactKind::files, {{"a.go", "2"}, {"c.go", "1"}, {"d.go", "1"}}};
  EXPECT_THAT(texts(with(before), with(after)), ElementsAre("a.go changed", "b.go removed", "c.go added"));
}

TEST(Difference, ComparesFoldersWhereFilesWereCut) {
  const Part before{"sources", "1", FactKind::files, {{"a/x.go", "1"}, {"b/y.go", "1"}}};
  const Part after{"sources", "2", FactKind::files, {{"a/x.go", "1"}, {"b/y.go", "2"}}};
  EXPECT_THAT(texts(with(folded(before, 1)), with(after)), ElementsAre("files below b/ changed"));
  EXPECT_THAT(texts(with(before), with(folded(after, 1))), ElementsAre("files below b/ changed"));
  EXPECT_THAT(texts(with(folded(before, 2)), with(folded(after, 1))), ElementsAre("sources 1 → 2"));
}

TEST(Difference, SaysAtLeastThatAPartChanged) {
  const std::string one(64, 'a'), two(64, 'b');
  const Part before{"go.sum", one, FactKind::modules, {{"m.test/m", "v1.0.0"}}};
  const Part after{"go.sum", two, FactKind::modules, {{"m.test/m", "v1.0.0"}}};
  EXPECT_THAT(texts(with(before), with(after)), ElementsAre("go.sum changed")) << "a checksum";
}

TEST(Difference, NamesPartsThatCameAndWent) {
  EXPECT_THAT(texts(with({"go.work", "1"}), with({"tags", "netgo"})), ElementsAre("tags added", "go.work removed"));
}

TEST(Difference, ASummaryNamesTheFirstAndCountsTheRest) {
  const auto of = [](const char* names) {
    std::vector<Difference> found;
    for (; *names != 0; ++names) found.push_back({ChangeKind::added, "files", FactKind::files, {*names}, "", "1"});
    return summary(found);
  };
  EXPECT_EQ(of(""), "");
  EXPECT_EQ(of("abc"), "a added, b added, c added");
  EXPECT_EQ(of("abcde"), "a added, b added, c added, and 2 more");
}

TEST(Difference, IsADocumentToo) {
  const auto found = differences(with({"toolchain", "go1.22.1"}), with({"toolchain", "go1.22.3"}));
  EXPECT_EQ(to_json(found.front()).compact(),
            R"({"part":"toolchain","change":"changed","before":"go1.22.1","after":"go1.22.3",)"
            R"("text":"toolchain go1.22.1 → go1.22.3"})");
}

}  // namespace
}  // namespace ci::key
