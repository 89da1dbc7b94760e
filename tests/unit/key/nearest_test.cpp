#include "key/nearest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "archive/byte_stream.hpp"
#include "archive/writer.hpp"
#include "fakes/fake_platform.hpp"
#include "key/delta_key.hpp"
#include "platform/filesystem.hpp"
#include "store/locator.hpp"

namespace ci::key {
namespace {

using testing::HasSubstr;

class NearestTest : public testing::Test {
 protected:
  Key key(const std::string& sources) {
    return make_key({"go-build", {"debian 12"}, {{{"toolchain", "go1.22.1"}}, {{"sources", sources}}}}).value();
  }

  void save(const std::string& key, const std::string& head) {
    auto upload = std::move(store_->create(key).value());
    archive::DescriptorSink sink(upload->descriptor());
    const archive::SourceRoot root{"cache", folder_.path() / "tree"};
    std::filesystem::create_directories(folder_.path() / "tree");
    ASSERT_TRUE(archive::write_archive(sink, {root}, head, {}).has_value());
    ASSERT_TRUE(upload->commit().has_value());
  }

  static std::string label(const Parts& parts) {
    base::Json json;
    return json.set("parts", to_json(parts)).compact();
  }

  platform::TemporaryFolder folder_ =
      platform::TemporaryFolder::make(std::filesystem::temp_directory_path(), "nearest-").value();
  test::FakePlatform fakes_;
  std::unique_ptr<store::Store> store_ =
      std::move(store::open_store("file:" + (folder_.path() / "store").string(), {}, fakes_.seams()).value());
};

TEST_F(NearestTest, IsNoneInAnEmptyStore) {
  EXPECT_EQ(find_nearest(*store_, key("a")).value().has_value(), false);
}

TEST_F(NearestTest, IsFoundByARestoreKeyWithItsParts) {
  const auto earlier = key("a");
  save(earlier.text, label(earlier.parts));
  const auto nearest = find_nearest(*store_, key("b")).value().value();
  EXPECT_EQ(nearest.entry.key, earlier.text);
  EXPECT_EQ(nearest.parts.value(), earlier.parts);
}

TEST_F(NearestTest, IsFoundAmongRelativesWhenTheToolchainChanged) {
  auto earlier = make_key({"go-build", {"debian 12"}, {{{"toolchain", "go1.21"}}, {}}}).value();
  save(earlier.text, label(earlier.parts));
  EXPECT_EQ(find_nearest(*store_, key("b")).value().value().entry.key, earlier.text);
}

TEST_F(NearestTest, ADeltaOfTheKeyIsNearerThanAnotherKey) {
  const auto wanted = key("b");
  save(delta_key(wanted.text, key("a").text), label(wanted.parts));
  save(key("c").text, label(key("c").parts));
  EXPECT_EQ(find_nearest(*store_, wanted).value().value().parts.value(), wanted.parts);
}

TEST_F(NearestTest, SaysWhyAnEntryCannotBeCompared) {
  const auto earlier = key("a");
  save(earlier.text, "{\"version\":1}");
  const auto nearest = find_nearest(*store_, earlier).value().value();
  EXPECT_FALSE(nearest.parts.has_value());
  EXPECT_THAT(nearest.why_not, HasSubstr("does not say what its key was made of"));
}

}  // namespace
}  // namespace ci::key
