#include "golang/module_cache.hpp"

#include <gmock/gmock.h>

#include "cache/tree.hpp"

namespace ci::golang {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::Not;

class ModuleCacheTest : public test::TreeTest {
 protected:
  void add(const std::string& module, const std::string& version) {
    write(module + "@" + version + "/file.go", "package x");
    for (const char* ending : {".mod", ".info", ".zip", ".ziphash", ".lock"})
      write("cache/download/" + module + "/@v/" + version + ending, "x");
  }
  [[nodiscard]] std::vector<std::string> kept(const std::string& go_sum, base::TimePoint since) const {
    NamedModules named;
    add_go_sum(go_sum, named);
    return kept_modules(root(), named, since).value();
  }
  // Everything in the folder is older.
  const base::TimePoint future_ = base::TimePoint(std::chrono::hours(24 * 365 * 200));
};

TEST_F(ModuleCacheTest, KeepsWhatGoSumNames) {
  add("github.com/!burnt!sushi/toml", "v1.3.2");
  add("github.com/!burnt!sushi/toml", "v1.0.0");
  const auto paths = kept("github.com/BurntSushi/toml v1.3.2 h1:x=\n", future_);
  EXPECT_THAT(paths, Contains("github.com/!burnt!sushi/toml@v1.3.2/file.go"));
  EXPECT_THAT(paths, Contains("cache/download/github.com/!burnt!sushi/toml/@v/v1.3.2.zip"));
  EXPECT_THAT(paths, Contains("github.com/!burnt!sushi")) << "the folders on the way";
  EXPECT_THAT(paths, Not(Contains("github.com/!burnt!sushi/toml@v1.0.0")));
  EXPECT_THAT(paths, Not(Contains("cache/download/github.com/!burnt!sushi/toml/@v/v1.0.0.zip")));
  EXPECT_THAT(paths, Not(Contains("cache/download/github.com/!burnt!sushi/toml/@v/v1.3.2.lock")));
}

TEST_F(ModuleCacheTest, KeepsOnlyTheGoModOfWhatGoSumNamesForThatAlone) {
  add("example.test/m", "v1.0.0");
  const auto paths = kept("example.test/m v1.0.0/go.mod h1:x=\n", future_);
  EXPECT_THAT(paths, Contains("cache/download/example.test/m/@v/v1.0.0.mod"));
  EXPECT_THAT(paths, Not(Contains("cache/download/example.test/m/@v/v1.0.0.zip")));
  EXPECT_THAT(paths, Not(Contains("example.test/m@v1.0.0")));
}

TEST_F(ModuleCacheTest, KeepsWhatTheJobHasDownloadedItself) {
  add("example.test/tool", "v1.0.0");
  EXPECT_THAT(kept("", base::TimePoint{}), Contains("example.test/tool@v1.0.0/file.go"));
  EXPECT_THAT(kept("", future_), IsEmpty());
}

TEST_F(ModuleCacheTest, KeepsWhatTheChecksumDatabaseSaidAndNoClones) {
  write("cache/download/sumdb/sum.golang.org/lookup/m@v1", "x");
  write("cache/vcs/abc/HEAD", "x");
  write("cache/lock", "");
  const auto paths = kept("", future_);
  EXPECT_THAT(paths, Contains("cache/download/sumdb/sum.golang.org/lookup/m@v1"));
  EXPECT_THAT(paths, Not(Contains(testing::HasSubstr("vcs"))));
  EXPECT_THAT(paths, Not(Contains("cache/lock")));
}

TEST_F(ModuleCacheTest, AFolderThatIsNotThereHasNothing) {
  EXPECT_THAT(kept_modules(root() + "/none", {}, {}).value(), IsEmpty());
}

}  // namespace
}  // namespace ci::golang
