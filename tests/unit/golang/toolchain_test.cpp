#include "golang/toolchain.hpp"

#include <gtest/gtest.h>

namespace ci::golang {
namespace {

TEST(Toolchain, VersionsHaveGosOrder) {
  const char* const ordered[] = {"",           "1.9",      "1.20",     "go1.21beta1", "1.21rc2",
                                 "go1.21rc10", "go1.21.0", "go1.21.3", "go1.21.10",   "go1.22"};
  for (std::size_t i = 1; i < std::size(ordered); ++i) {
    EXPECT_TRUE(is_newer(ordered[i], ordered[i - 1])) << ordered[i];
    EXPECT_FALSE(is_newer(ordered[i - 1], ordered[i])) << ordered[i];
  }
  EXPECT_FALSE(is_newer("local", "1.1"));
  EXPECT_FALSE(is_newer("go99999999999999999999", "1.1")) << "too large a number";
}

TEST(Toolchain, IsTheInstalledOneWhereNothingNewerIsAskedFor) {
  EXPECT_EQ(selected_toolchain("go1.22.1", "", "", "1.20"), "go1.22.1");
  EXPECT_EQ(selected_toolchain("go1.22.1", "auto", "go1.21.5", "1.21"), "go1.22.1");
  EXPECT_EQ(selected_toolchain("go1.22.1", "local", "go1.23.0", "1.23"), "go1.22.1");
  EXPECT_EQ(selected_toolchain("go1.22.1", "", "default", "1.20"), "go1.22.1");
}

TEST(Toolchain, IsTheOneThatTheModuleAsksFor) {
  EXPECT_EQ(selected_toolchain("go1.22.1", "", "go1.22.3", "1.22"), "go1.22.3");
  EXPECT_EQ(selected_toolchain("go1.22.1", "path", "", "1.23.0"), "go1.23.0");
  EXPECT_EQ(selected_toolchain("go1.22.1", "auto", "go1.22.3", "1.23.0"), "go1.23.0");
}

TEST(Toolchain, IsTheOneThatTheJobNames) {
  EXPECT_EQ(selected_toolchain("go1.22.1", "go1.21.5", "go1.23.0", "1.23"), "go1.21.5");
  EXPECT_EQ(selected_toolchain("go1.22.1", "go1.21.5+auto", "go1.23.0", "1.20"), "go1.23.0");
  EXPECT_EQ(selected_toolchain("go1.22.1", "go1.21.5+auto", "", "1.20"), "go1.21.5");
}

TEST(Toolchain, DoesNotChangeBefore121) {
  EXPECT_EQ(selected_toolchain("go1.19.8", "", "go1.22.3", "1.22"), "go1.19.8");
}

}  // namespace
}  // namespace ci::golang
