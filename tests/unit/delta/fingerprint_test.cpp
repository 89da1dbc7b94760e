#include "delta/fingerprint.hpp"

#include <gtest/gtest.h>

#include "delta/tree.hpp"

namespace {

using namespace ci::delta;
using ci::test::Tree;

std::string digest(const Tree& tree) {
  return base_fingerprint(tree.root()).value().digest;
}

class FingerprintTest : public testing::Test {
 protected:
  FingerprintTest() {
    tree_.write("/etc/os-release", "ID=debian\nVERSION_ID=12\n");
    tree_.write("/etc/apt/sources.list", "deb [signed-by=/k.gpg] http://x/debian bookworm main\n");
    tree_.write("/k.gpg", "key");
    tree_.write("/etc/dpkg/dpkg.cfg.d/excludes", "path-exclude=/usr/share/doc/*\n");
    tree_.write("/etc/apt/apt.conf.d/10x", "APT::Install-Recommends \"true\";\n");
  }
  Tree tree_;
};

TEST_F(FingerprintTest, SaysWhatItIsMadeOf) {
  const auto fingerprint = base_fingerprint(tree_.root()).value();
  std::vector<std::string> names;
  for (const auto& part : fingerprint.parts) {
    names.push_back(part.name);
    EXPECT_EQ(part.digest.size(), 64U) << part.name;
  }
  EXPECT_EQ(names, (std::vector<std::string>{"format", "os-release", "architecture", "foreign-architectures",
                                             "packages", "sources", "preferences", "dpkg-options", "apt-options"}));
  EXPECT_EQ(fingerprint.parts[2].text, "amd64\n");
  EXPECT_EQ(fingerprint.parts[4].text, "dpkg amd64 1 install ok installed\n");
}

TEST_F(FingerprintTest, StaysWhenNothingOfMeaningChanges) {
  const auto before = digest(tree_);
  tree_.write("/etc/apt/sources.list", "# x\ndeb   [ signed-by=/k.gpg ]  http://x/debian/ bookworm main # y\n");
  tree_.write("/etc/apt/apt.conf.d/99proxy", "Acquire::http::Proxy \"http://127.0.0.1:3128\";\n");
  tree_.write("/etc/os-release", "VERSION_ID=12\n\nID=debian\n");
  tree_.write("/etc/apt/apt.conf.d/10x", "APT { Install-Recommends \"true\"; };\n");
  EXPECT_EQ(digest(tree_), before);
}

TEST_F(FingerprintTest, ASourceInTheOtherFormatIsTheSame) {
  const auto before = digest(tree_);
  tree_.write("/etc/apt/sources.list", "");
  tree_.write("/etc/apt/sources.list.d/debian.sources",
              "Types: deb\nURIs: http://x/debian\nSuites: bookworm\nComponents: main\nSigned-By: /k.gpg\n");
  EXPECT_EQ(digest(tree_), before);
}

struct Difference {
  const char* path;
  const char* text;
};

class FingerprintDifference : public FingerprintTest, public testing::WithParamInterface<Difference> {};

TEST_P(FingerprintDifference, IsSeen) {
  const auto before = digest(tree_);
  tree_.write(GetParam().path, GetParam().text);
  EXPECT_NE(digest(tree_), before) << GetParam().path;
}

INSTANTIATE_TEST_SUITE_P(
    Each, FingerprintDifference,
    testing::Values(Difference{"/etc/os-release", "ID=debian\nVERSION_ID=13\n"},
                    Difference{"/var/lib/dpkg/status",
                               "Package: dpkg\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2\n"},
                    Difference{"/var/lib/dpkg/status",
                               "Package: dpkg\nStatus: hold ok installed\nArchitecture: amd64\nVersion: 1\n"},
                    Difference{"/var/lib/dpkg/status",
                               "Package: dpkg\nStatus: install ok installed\nArchitecture: arm64\nVersion: 1\n"},
                    Difference{"/var/lib/dpkg/arch", "amd64\ni386\n"}, Difference{"/k.gpg", "another key"},
                    Difference{"/etc/apt/sources.list",
                               "deb [signed-by=/k.gpg] http://x/debian bookworm main contrib\n"},
                    Difference{"/etc/apt/sources.list.d/more.list", "deb http://y ./\n"},
                    Difference{"/etc/apt/preferences.d/pin", "Package: *\nPin: release a=sid\nPin-Priority: 900\n"},
                    Difference{"/etc/dpkg/dpkg.cfg", "path-include=/usr/share/doc/one/*\n"},
                    Difference{"/etc/apt/apt.conf.d/10x", "APT::Install-Recommends \"false\";\n"}));

TEST(Fingerprint, NeedsADpkgDatabase) {
  const Tree tree;
  tree.remove("/var/lib/dpkg");
  EXPECT_FALSE(base_fingerprint(tree.root()));
}

}  // namespace
