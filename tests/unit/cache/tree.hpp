#pragma once
// A throw-away folder of files for tests of the cache.
#include <gtest/gtest.h>

#include <filesystem>

#include "platform/filesystem.hpp"

namespace ci::test {

class TreeTest : public testing::Test {
 protected:
  std::string write(const std::string& name, std::string_view contents = "") const {
    const auto path = root() + "/" + name;
    EXPECT_TRUE(platform::write_file(path, contents).has_value());
    return path;
  }
  void link(const std::string& name, const std::string& target) const {
    std::filesystem::create_symlink(target, root() + "/" + name);
  }
  std::string root() const { return root_; }

 private:
  platform::TemporaryFolder folder_ = platform::TemporaryFolder::make(testing::TempDir(), "tree-").value();
  std::string root_ = std::filesystem::canonical(folder_.path()).string();
};

}  // namespace ci::test
