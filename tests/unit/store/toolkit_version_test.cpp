#include "store/toolkit_version.hpp"

#include <gtest/gtest.h>

namespace ci::store {
namespace {

// The values are what getCacheVersion() of @actions/cache 6.3.0 returns; tests/cache-service asks it again.
TEST(ToolkitVersion, IsTheOneOfGithubsClient) {
  EXPECT_EQ(toolkit_version({"data"}, ToolkitCompression::zstd),
            "3ad75f27293d65a135214b8c82b296080f911dc107e52f1e7ec871a2eda46e69");
  EXPECT_EQ(toolkit_version({"~/.cache/go-build", "~/go/pkg/mod"}, ToolkitCompression::zstd),
            "947557cc2d2a8d1fb62f20f60a2137dfe9f57238bfbd84c05bc7ddb26173bba8");
  EXPECT_EQ(toolkit_version({"data"}, ToolkitCompression::gzip),
            "d603b013f22c8e30817c9ff51eada3c319f1ee747f362db3bb3d583b5c6153ff");
}

}  // namespace
}  // namespace ci::store
