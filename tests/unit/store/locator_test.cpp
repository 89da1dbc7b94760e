#include "store/locator.hpp"

#include <gmock/gmock.h>

#include <filesystem>

#include "conformance.hpp"
#include "platform/filesystem.hpp"

namespace ci::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Locator : public testing::Test {
 protected:
  // The message of the usage error that `url` gives.
  std::string refusal(const std::string& url) {
    const auto store = store::open_store(url, {}, platform_.seams());
    if (store) return "accepted";
    EXPECT_EQ(store.error().kind, base::ErrorKind::usage);
    EXPECT_THAT(store.error().hint, HasSubstr("file:FOLDER"));
    return store.error().message;
  }
  FakePlatform platform_;
  platform::TemporaryFolder folder_ =
      std::move(*platform::TemporaryFolder::make(fs::temp_directory_path(), "ci-optimizer-locator-"));
};

TEST_F(Locator, OpensGithubsCacheEvenWhereItIsOutOfReach) {
  const auto store = store::open_store("github:", {}, platform_.seams());
  ASSERT_TRUE(store) << "a dead cache service is no reason for a job to fail";
  EXPECT_EQ((*store)->find("key", {}).error().kind, base::ErrorKind::unavailable);
  EXPECT_THAT(refusal("github:owner/repository"), HasSubstr("nothing follows"));
}

TEST_F(Locator, OpensABucketEvenWithoutCredentials) {
  const auto store = store::open_store("s3://ci-cache/folder", {}, platform_.seams());
  ASSERT_TRUE(store) << "a job of a fork has none, and must not fail for it";
  EXPECT_EQ((*store)->find("key", {"k"}).error().kind, base::ErrorKind::permission);
  EXPECT_EQ((*store)->list("").error().kind, base::ErrorKind::permission);
  const auto upload = (*store)->create("key");
  ASSERT_FALSE(upload);
  EXPECT_EQ(upload.error().reason, store::NotSavedReason::denied);
  EXPECT_TRUE(platform_.http.requests.empty());
  platform_.environment.variables = {{"AWS_ENDPOINT_URL", "nonsense"}};
  EXPECT_EQ(store::open_store("s3://ci-cache", {}, platform_.seams()).error().kind, base::ErrorKind::usage);
  EXPECT_EQ(store::open_store("s3:bucket", {}, platform_.seams()).error().kind, base::ErrorKind::usage);
}

TEST_F(Locator, SaysWhatIsWrong) {
  EXPECT_EQ(refusal(""), "not a cache store: \"\": the kind of store is missing");
  EXPECT_EQ(refusal("/var/cache/ci"), "not a cache store: \"/var/cache/ci\": the kind of store is missing");
  EXPECT_EQ(refusal("file:"), "not a cache store: \"file:\": no folder is named");
  EXPECT_EQ(refusal("ftp://host/x"), "not a cache store: \"ftp://host/x\": there is no such kind of store");
  EXPECT_THAT(refusal("file://host/x"), HasSubstr("on this machine"));
  EXPECT_THAT(refusal("file:~/cache"), HasSubstr("not expanded"));
  EXPECT_THAT(refusal(std::string("file:/a\0b", 9)), HasSubstr("zero byte"));
}

TEST_F(Locator, NamesOneFolderInSeveralWays) {
  const std::string path = folder_.path().string() + "/a b";
  auto plain = store::open_store("file:" + path, {}, platform_.seams());
  ASSERT_TRUE(plain);
  EXPECT_FALSE(fs::exists(path)) << "a store that is only looked at makes nothing";
  ASSERT_FALSE(save(**plain, "key", "bytes"));
  for (const std::string& other :
       {"file://" + path, "file:" + path + "/", "file:" + path + "/x/..", "file:" + fs::relative(path).string()}) {
    const auto store = store::open_store(other, {}, platform_.seams());
    ASSERT_TRUE(store) << other;
    EXPECT_TRUE(*(*store)->find("key", {})) << other;
  }
}

}  // namespace
}  // namespace ci::test
