#include "apt/configured_sources.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace ci::apt {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

constexpr char kKey[] = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDM\n-----END PGP PUBLIC KEY BLOCK-----\n";

unsigned mode_of(const fs::path& path) {
  struct stat status {};
  EXPECT_EQ(stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 0777U;
}

class ConfiguredSourcesTest : public testing::Test {
 protected:
  platform::TemporaryFolder folder_ = std::move(*platform::TemporaryFolder::make("/tmp", "ci-optimizer-test-"));
  fs::path parts_ = folder_.path() / "sources.list.d";
  SourceEntry entry_{{"https://a.example/apt"}, {"stable"}, {"main"}, {}, kKey};

  static std::string file_of(const ConfiguredSources& sources) {
    return platform::read_file(sources.parts() / "ci-optimizer-configured.sources").value_or("");
  }
};

TEST_F(ConfiguredSourcesTest, StandForTheMachinesFolderAndAreRemovedAgain) {
  ASSERT_TRUE(platform::write_file(parts_ / "x.list", "deb http://x y z\n"));
  fs::path folder;
  {
    const auto made = ConfiguredSources::make(parts_, {entry_});
    ASSERT_TRUE(made) << made.error().message;
    folder = made->parts();
    EXPECT_EQ(*platform::read_file(folder / "x.list"), "deb http://x y z\n");
    EXPECT_EQ(file_of(*made), "Types: deb\nURIs: https://a.example/apt\nSuites: stable\nComponents: main\nSigned-By: " +
                                  (folder / "ci-optimizer-key-0.asc").string() + "\n\n");
    EXPECT_EQ(*platform::read_file(folder / "ci-optimizer-key-0.asc"), kKey);
    EXPECT_EQ(mode_of(folder), 0755U);
    EXPECT_EQ(mode_of(folder / "ci-optimizer-key-0.asc"), 0644U);
  }
  EXPECT_FALSE(fs::exists(folder));
  EXPECT_TRUE(fs::exists(parts_ / "x.list"));
}

TEST_F(ConfiguredSourcesTest, TakeKeysFromFilesOfEitherForm) {
  const auto armored = folder_.path() / "key", binary = folder_.path() / "other";
  ASSERT_TRUE(platform::write_file(armored, kKey));
  ASSERT_TRUE(platform::write_file(binary, "\x98\x33 bytes"));
  for (const auto& [file, ending] : {std::pair{armored, ".asc"}, std::pair{binary, ".gpg"}}) {
    entry_.signed_by = file.string();
    const auto made = ConfiguredSources::make(parts_, {entry_});
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_THAT(file_of(*made), HasSubstr(ending));
  }
}

TEST_F(ConfiguredSourcesTest, RefuseWhatIsNoKey) {
  entry_.signed_by = (folder_.path() / "absent").string();
  const auto absent = ConfiguredSources::make(parts_, {entry_});
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().kind, base::ErrorKind::data);
  ASSERT_TRUE(platform::write_file(entry_.signed_by, "<html>not found</html>"));
  const auto page = ConfiguredSources::make(parts_, {entry_});
  ASSERT_FALSE(page);
  EXPECT_THAT(page.error().message, HasSubstr("holds no OpenPGP public key"));
}

TEST_F(ConfiguredSourcesTest, AreTheSameWhereverTheKeyLies) {
  const auto file = folder_.path() / "key";
  ASSERT_TRUE(platform::write_file(file, kKey));
  const auto identity = [&] { return ConfiguredSources::make(parts_, {entry_})->identity(); };
  const auto first = identity();
  EXPECT_THAT(first, Not(HasSubstr("/tmp")));
  entry_.signed_by = file.string();
  EXPECT_EQ(identity(), first);
  ASSERT_TRUE(platform::write_file(file, std::string(kKey) + "\n"));
  EXPECT_NE(identity(), first) << "another key";
}

}  // namespace
}  // namespace ci::apt
