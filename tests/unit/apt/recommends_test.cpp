#include "apt/recommends.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apt/debs_key.hpp"

namespace ci::apt {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

ControlStanza stanza(const std::string& text) {
  return ControlStanza::parse(text).value();
}

TEST(UnmetRecommends, AreThoseThatNeitherThePackagesNorTheSystemHave) {
  const auto database = DpkgDatabase::parse(
      "ii \tthere\tamd64\t1\t7\tmail-agent (= 1)\n"
      "rc \tgone\tamd64\t1\t7\t\n");
  const std::vector<ControlStanza> packages = {
      stanza("Package: a\nRecommends: there, b (>= 2), gone, mail-agent | never,\n far:any (= 1) | farther [amd64]\n"),
      stanza("Package: b\nProvides: virtual (= 3)\nRecommends: virtual\n")};
  EXPECT_THAT(unmet_recommends(packages, database), ElementsAre("far | farther", "gone"));
  EXPECT_THAT(unmet_recommends({}, database), IsEmpty());
}

TEST(ControlStanza, KeepsItsLinesAndFindsItsFields) {
  const auto read = stanza("Package: a\nDescription: short\n long\n .\n end\n\n");
  EXPECT_EQ(read.field("PACKAGE"), "a");
  EXPECT_EQ(read.field("description"), "short long . end");
  EXPECT_EQ(read.field("version"), "");
  EXPECT_EQ(read.text(), "Package: a\nDescription: short\n long\n .\n end\n");
}

TEST(ControlStanza, IsExactlyOneParagraphWithoutDoubleFields) {
  EXPECT_FALSE(ControlStanza::parse("Package: a\n\nPackage: b\n"));
  EXPECT_FALSE(ControlStanza::parse("Package: a\n \nPackage: b\n"));
  EXPECT_FALSE(ControlStanza::parse("Package: a\npackage: b\n"));
  EXPECT_FALSE(ControlStanza::parse(" Package: a\n"));
  EXPECT_FALSE(ControlStanza::parse("nonsense\n"));
  EXPECT_FALSE(ControlStanza::parse(""));
}

TEST(ReleaseOf, IsTheSameForEveryPointRelease) {
  EXPECT_EQ(release_of("ID=ubuntu\nPRETTY_NAME=\"Ubuntu 22.04.4 LTS\"\nVERSION_ID=\"22.04\"\n"), "ubuntu 22.04");
  EXPECT_EQ(release_of("VERSION_ID=\"12\"\nID=debian\n"), "debian 12");
}

}  // namespace
}  // namespace ci::apt
