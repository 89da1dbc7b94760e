#include "store/s3_object_name.hpp"

#include <gmock/gmock.h>

#include <random>
#include <set>
#include <vector>

#include "s3/location.hpp"

namespace ci::test {
namespace {

constexpr std::string_view kFolder = "ci/cache/";

std::string name_of(std::string_view key) {
  return store::s3_object_name(kFolder, key);
}

// The key that an object's name, with its metadata where that is needed, stands for; "none" when it is no entry.
std::string key_of(std::string_view name, std::string_view rest = {}) {
  const auto named = store::s3_key_of(kFolder, name);
  if (!named) return "none";
  if (!named->cut) return named->key;
  return store::s3_whole_key(kFolder, name, named->key, rest).value_or("none");
}

// 512 UTF-16 code units each.
std::vector<std::string> long_keys() {
  std::string chinese, emoji;
  for (int i = 0; i < 512; ++i) chinese += "\u6f22";
  for (int i = 0; i < 256; ++i) emoji += "\U0001F680";
  return {std::string(512, 'k'),
          std::string(512, '/'),
          chinese,
          emoji,
          std::string(511, '/') + "a",
          std::string(300, '/') + std::string(212, 'x')};
}

TEST(S3ObjectName, IsTheKeyWithTheRareBytesEscaped) {
  EXPECT_EQ(name_of("go-linux-1.22_x"), "ci/cache/go-linux-1.22_x.entry");
  EXPECT_EQ(name_of("a/b c!"), "ci/cache/a!2Fb!20c!21.entry");
  EXPECT_EQ(name_of(".."), "ci/cache/...entry");
  EXPECT_EQ(store::s3_object_name("", "a"), "a.entry");
}

TEST(S3ObjectName, HasPartsThatAFileSystemCanKeep) {
  const std::string name = name_of(std::string(450, 'k'));
  EXPECT_EQ(name,
            "ci/cache/" + std::string(200, 'k') + '/' + std::string(200, 'k') + '/' + std::string(50, 'k') + ".entry");
  EXPECT_EQ(name_of(std::string(200, 'k')), "ci/cache/" + std::string(200, 'k') + ".entry");
}

TEST(S3ObjectName, NeverExceedsTheLimitOfTheService) {
  const std::string folder = std::string(s3::kLongestFolder - 1, 'f') + '/';
  for (const auto& key : long_keys()) EXPECT_LE(store::s3_object_name(folder, key).size(), 1024U);
  for (const auto& key : long_keys()) EXPECT_LE(store::s3_key_rest(key).size(), 1800U) << "metadata: 2 KB";
}

TEST(S3ObjectName, GivesTheKeyBack) {
  std::vector<std::string> keys = long_keys();
  for (int c = 1; c < 256; ++c) keys.emplace_back(1, static_cast<char>(c));
  keys.insert(keys.end(), {"a.entry", "a/b", "a!2Fb", "!h", std::string(200, 'k'), std::string(201, 'k'), "ab", "a/"});
  std::set<std::string> names;
  for (const auto& key : keys) {
    EXPECT_EQ(key_of(name_of(key), store::s3_key_rest(key)), key);
    EXPECT_TRUE(names.insert(name_of(key)).second) << key;
  }
}

TEST(S3ObjectName, BeginsWithTheNameOfEveryPrefix) {
  std::mt19937 random(1);
  for (const auto& key : long_keys()) {
    for (std::size_t size = 0; size <= key.size(); ++size) {
      const auto prefix = store::s3_name_prefix(kFolder, std::string_view(key).substr(0, size));
      EXPECT_TRUE(name_of(key).starts_with(prefix)) << size;
    }
  }
  for (int i = 0; i < 2000; ++i) {
    std::string key;
    for (auto left = random() % 300 + 1; left > 0; --left) key += "ab/!.-~ %"[random() % 9];
    const auto size = random() % key.size();
    EXPECT_TRUE(name_of(key).starts_with(store::s3_name_prefix(kFolder, key.substr(0, size)))) << key;
    std::string other = key;
    other[random() % key.size()] = '_';
    EXPECT_FALSE(name_of(key).starts_with(store::s3_name_prefix(kFolder, other))) << key;
  }
}

TEST(S3ObjectName, LeavesWhatIsNoEntryAlone) {
  for (const std::string name :
       {"ci/cache/", "ci/cache/.entry", "ci/cache/a", "ci/a.entry", "ci/cache/a!2f.entry", "ci/cache/a!61.entry",
        "ci/cache/a!2.entry", "ci/cache/a!.entry", "ci/cache/a/b.entry", "ci/cache//a.entry", "ci/cache/a b.entry",
        "ci/cache/\xC3\xA9.entry", "ci/cache/a!h.entry", "ci/cache/a!h0123.entry"}) {
    EXPECT_EQ(key_of(name), "none") << name;
  }
}

TEST(S3ObjectName, OfALongKeyNeedsTheRestThatBelongsToIt) {
  const std::string key(512, '/');
  const std::string name = name_of(key), rest = store::s3_key_rest(key);
  EXPECT_EQ(key_of(name, rest), key);
  for (const std::string& wrong :
       {std::string(), rest + "AAAA", rest.substr(4), std::string("\xFF"), std::string("a b")}) {
    EXPECT_EQ(key_of(name, wrong), "none") << wrong;
  }
  EXPECT_EQ(store::s3_key_rest("go-linux"), "");
}

}  // namespace
}  // namespace ci::test
