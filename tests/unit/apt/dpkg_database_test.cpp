#include "apt/dpkg_database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ci::apt {
namespace {

using testing::ElementsAre;

constexpr char kListing[] =
    "ii \tcurl\tamd64\t7.88.1-10+deb12u5\t507\t\n"
    "ii \texim4-daemon-light\tamd64\t4.96-15\t1600\tmail-transport-agent, default-mta (= 4.96)\n"
    "rc \told\tamd64\t1.0\t10\t\n"
    "iU \thalf\tamd64\t1.0\t10\t\n"
    "iF \tfailed\tamd64\t1.0\t10\t\n"
    "it \ttriggered\tamd64\t1.0\t10\t\n"
    "iHR\treinst\tamd64\t1.0\t10\t\n"
    "hi \theld\tamd64\t2.0\t\t\n"
    "ii \ttzdata\tall\t2024a\t3000\t\n";

PackageSpec spec(const char* text) {
  return *parse_package_spec(text);
}

TEST(DpkgDatabase, ReadsVersionsAndSizesInBytes) {
  const auto database = DpkgDatabase::parse(kListing);
  const auto* curl = database.find("curl");
  ASSERT_NE(curl, nullptr);
  EXPECT_EQ(curl->version, "7.88.1-10+deb12u5");
  EXPECT_EQ(curl->installed_bytes, 507 * 1024);
  EXPECT_EQ(database.find("nothing"), nullptr);
}

TEST(DpkgDatabase, SatisfiesByNameVersionArchitectureAndProvides) {
  const auto database = DpkgDatabase::parse(kListing);
  EXPECT_NE(database.satisfying(spec("curl")), nullptr);
  EXPECT_NE(database.satisfying(spec("held")), nullptr) << "a held package is installed";
  EXPECT_NE(database.satisfying(spec("curl=7.88.1-10+deb12u5")), nullptr);
  EXPECT_EQ(database.satisfying(spec("curl=7.88.1-10")), nullptr);
  EXPECT_EQ(database.satisfying(spec("curl:arm64")), nullptr);
  EXPECT_NE(database.satisfying(spec("tzdata:arm64")), nullptr) << "architecture all serves every architecture";
  EXPECT_EQ(database.satisfying(spec("mail-transport-agent"))->name, "exim4-daemon-light");
  EXPECT_EQ(database.satisfying(spec("default-mta"))->name, "exim4-daemon-light");
}

TEST(DpkgDatabase, TakesAForeignPackageForOneOfTheMachineOnlyWhenAsked) {
  const auto database = DpkgDatabase::parse(
      "ii \tdpkg\tamd64\t1.21\t1\t\n"
      "ii \twine32\ti386\t8.0\t1\twine-loader\n"
      "ii \tlib\tamd64\t1\t1\t\n"
      "ii \tlib\ti386\t1\t1\t\n");
  EXPECT_EQ(database.satisfying(spec("wine32")), nullptr);
  EXPECT_EQ(database.satisfying(spec("wine-loader")), nullptr);
  EXPECT_NE(database.satisfying(spec("wine32:i386")), nullptr);
  EXPECT_NE(database.satisfying(spec("wine32"), Foreign::counts), nullptr);
  EXPECT_EQ(database.satisfying(spec("wine32:amd64"), Foreign::counts), nullptr);
  EXPECT_EQ(database.satisfying(spec("lib"))->architecture, "amd64");
}

TEST(DpkgDatabase, NeverTakesRemovedOrHalfInstalledOnesOrASuite) {
  const auto database = DpkgDatabase::parse(kListing);
  EXPECT_EQ(database.satisfying(spec("old")), nullptr);
  EXPECT_EQ(database.satisfying(spec("half")), nullptr);
  EXPECT_EQ(database.satisfying(spec("curl/bookworm-backports")), nullptr);
}

TEST(DpkgDatabase, NamesThePackagesThatARunLeftHalfWay) {
  EXPECT_THAT(DpkgDatabase::parse(kListing).broken(), ElementsAre("half", "failed", "triggered", "reinst"));
}

TEST(DpkgDatabase, NamesThePackagesThatMustBeUnpackedAgain) {
  const auto database = DpkgDatabase::parse(
      "ii \tdpkg\tamd64\t1.21\t1\t\n"
      "iUR\tunpacked\tamd64\t1\t1\t\n"
      "iU \tothers\tamd64\t1\t1\t\n"
      "iHR\tlib\ti386\t1\t1\t\n"
      "iHR\tdata\tall\t1\t1\t\n");
  EXPECT_THAT(database.to_reinstall(), ElementsAre("unpacked", "lib:i386", "data"));
}

}  // namespace
}  // namespace ci::apt
