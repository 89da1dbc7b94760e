#include "apt/package_spec.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ci::apt {
namespace {

using testing::HasSubstr;

TEST(PackageSpec, ReadsAPlainName) {
  const auto spec = parse_package_spec("libglib2.0-0");
  ASSERT_TRUE(spec);
  EXPECT_EQ(spec->name, "libglib2.0-0");
  EXPECT_EQ(spec->version, "");
  EXPECT_FALSE(spec->is_file);
}

TEST(PackageSpec, ReadsNamesThatEndInPlus) {
  EXPECT_EQ(parse_package_spec("g++")->name, "g++");
}

TEST(PackageSpec, ReadsVersionSuiteAndArchitecture) {
  EXPECT_EQ(parse_package_spec("curl=7.88.1-10+deb12u5")->version, "7.88.1-10+deb12u5");
  EXPECT_EQ(parse_package_spec("vim=2:9.0.1378-2")->version, "2:9.0.1378-2");
  EXPECT_EQ(parse_package_spec("curl/bookworm-backports")->suite, "bookworm-backports");
  const auto spec = parse_package_spec("libc6:arm64=2.36-9");
  ASSERT_TRUE(spec);
  EXPECT_EQ(spec->name, "libc6");
  EXPECT_EQ(spec->architecture, "arm64");
  EXPECT_EQ(spec->version, "2.36-9");
}

TEST(PackageSpec, TakesPathsOfDebFiles) {
  EXPECT_TRUE(parse_package_spec("./out/tool_1.0_amd64.deb")->is_file);
  EXPECT_TRUE(parse_package_spec("/tmp/tool.deb")->is_file);
}

class Refused : public testing::TestWithParam<const char*> {};

TEST_P(Refused, IsNotAPackage) {
  const auto spec = parse_package_spec(GetParam());
  ASSERT_FALSE(spec);
  EXPECT_EQ(spec.error().kind, base::ErrorKind::data);
  EXPECT_THAT(spec.error().message, HasSubstr("is not a package"));
}

INSTANTIATE_TEST_SUITE_P(Words, Refused,
                         testing::Values("", "-y", "--allow-unauthenticated", "-oAPT::Update::Pre-Invoke::=id",
                                         "nginx-", "task^", "~nssh", "?name(x)", "lib*", "a", "Nginx", "curl=", "curl/",
                                         "curl=$(id)", "\"; touch /tmp/pwned; #", "$(id)", "x;y", "curl/../etc",
                                         "tool.deb/", "a b", "caf\xC3\xA9"));

TEST(PackageSpecs, DropsRepeatedOnesAndNamesEveryMalformedOne) {
  EXPECT_EQ(parse_package_specs({"curl", "git", "curl"})->size(), 2U);
  const auto specs = parse_package_specs({"curl", "-x", "y*"});
  ASSERT_FALSE(specs);
  EXPECT_THAT(specs.error().message, HasSubstr("'-x'"));
  EXPECT_THAT(specs.error().message, HasSubstr("'y*'"));
}

}  // namespace
}  // namespace ci::apt
