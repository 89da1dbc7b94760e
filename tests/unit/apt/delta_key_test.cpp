#include "apt/delta_key.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "delta/tree.hpp"
#include "key/difference.hpp"

namespace ci::apt {
namespace {

using test::Tree;
using testing::ElementsAre;
using testing::StartsWith;

class DeltaKeyTest : public testing::Test {
 protected:
  DeltaKeyTest() {
    tree_.write("/etc/os-release", "ID=debian\nVERSION_ID=12\n");
    tree_.write("/etc/apt/sources.list",
                "deb http://x/debian bookworm main\ndeb http://x/debian bookworm-updates main\n");
    settings_.packages = parse_package_specs({"curl", "ffmpeg"}).value();
  }
  DeltaKey key(const std::string& version = "") { return delta_key(settings_, nullptr, version, tree_.root()).value(); }
  std::vector<std::string> differences(const DeltaKey& before) {
    std::vector<std::string> lines;
    for (const auto& one : key::differences(before.key.parts, key().key.parts)) lines.push_back(one.text());
    return lines;
  }

  Tree tree_;
  Settings settings_;
};

TEST_F(DeltaKeyTest, IsOfTheRequestAndTheBase) {
  const auto first = key();
  EXPECT_EQ(first.key.text, key().key.text);
  EXPECT_EQ(first.key.restore_keys, std::vector<std::string>{first.key.text + "-"});
  settings_.packages = parse_package_specs({"ffmpeg", "curl"}).value();
  EXPECT_EQ(key().key.text, first.key.text) << "in any order";
  EXPECT_NE(key("2").key.text, first.key.text);
  settings_.recommends = Recommends::no;
  EXPECT_NE(key().key.text, first.key.text);
  EXPECT_NE(key().label, first.label);
}

TEST_F(DeltaKeyTest, AnotherBaseIsStillARelative) {
  const auto first = key();
  tree_.write("/etc/os-release", "ID=debian\nVERSION_ID=13\n");
  const auto second = key();
  EXPECT_NE(second.key.text, first.key.text);
  EXPECT_THAT(first.key.text, StartsWith(second.key.relatives.front()));
}

TEST_F(DeltaKeyTest, EveryDifferenceIsNamed) {
  const auto before = key();
  settings_.packages = parse_package_specs({"ffmpeg", "jq"}).value();
  tree_.write("/etc/apt/sources.list", "deb http://x/debian bookworm main\ndeb http://x/debian trixie main\n");
  tree_.write("/var/lib/dpkg/status",
              "Package: dpkg\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2\n\n"
              "Package: tar\nStatus: install ok installed\nArchitecture: amd64\nVersion: 7\n");
  EXPECT_THAT(differences(before),
              ElementsAre("request changed: curl removed", "request changed: jq added",
                          "packages changed: dpkg:amd64 1 install ok installed → 2 install ok installed",
                          "packages changed: tar:amd64 7 install ok installed added",
                          "sources changed: deb http://x/debian bookworm-updates main [] [] removed",
                          "sources changed: deb http://x/debian trixie main [] [] added"));
}

}  // namespace
}  // namespace ci::apt
