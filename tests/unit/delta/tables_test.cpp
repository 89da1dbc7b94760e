// The tables of paths, and the patterns in which they are written.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "delta/exclusions.hpp"
#include "delta/path_pattern.hpp"
#include "delta/shared_files.hpp"
#include "delta/volatile_paths.hpp"

namespace {

using namespace ci::delta;

TEST(PathPattern, AStarStaysInOneName) {
  EXPECT_TRUE(fits_pattern("/var/log/*.log", "/var/log/dpkg.log"));
  EXPECT_TRUE(fits_pattern("/var/log/*.log", "/var/log/.log"));
  EXPECT_FALSE(fits_pattern("/var/log/*.log", "/var/log/apt/x.log"));
  EXPECT_FALSE(fits_pattern("/var/log/*.log", "/var/log/dpkg.log.1"));
  EXPECT_TRUE(fits_pattern("/usr/lib/*/gdk-pixbuf-2.0/*/loaders.cache",
                           "/usr/lib/x86_64-linux-gnu/gdk-pixbuf-2.0/2.10.0/loaders.cache"));
}

TEST(PathPattern, TwoStarsAtTheEndMeanEverythingBelow) {
  EXPECT_TRUE(fits_pattern("/boot/**", "/boot/grub/grub.cfg"));
  EXPECT_FALSE(fits_pattern("/boot/**", "/boot"));
  EXPECT_FALSE(fits_pattern("/boot/**", "/boots/x"));
  EXPECT_TRUE(fits_pattern("/usr/lib/python3*/**", "/usr/lib/python3.11/os.py"));
}

TEST(Exclusions, CoverWhatLiesBelow) {
  const Exclusions exclusions({"/home/runner/", "relative"});
  EXPECT_TRUE(exclusions.covers("/proc/1/status"));
  EXPECT_TRUE(exclusions.covers("/home/runner"));
  EXPECT_TRUE(exclusions.covers("/home/runner/work/x"));
  EXPECT_FALSE(exclusions.covers("/home/runners"));
  EXPECT_FALSE(exclusions.covers("/procs"));
  EXPECT_FALSE(exclusions.covers("/"));
  EXPECT_TRUE(exclusions.any_in("/"));
  EXPECT_TRUE(exclusions.any_in("/home"));
  EXPECT_FALSE(exclusions.any_in("/etc"));
}

TEST(Exclusions, SurviveBeingListedAndMadeAgain) {
  const Exclusions exclusions({"/srv"});
  EXPECT_EQ(Exclusions(exclusions.list()).list(), exclusions.list());
}

TEST(PathOrder, KeepsAFolderTogether) {
  std::vector<std::string> paths = {"/doc/b", "/doc-base/a", "/doc", "/doc/a/x", "/", "/doc/a", "/doc!"};
  std::sort(paths.begin(), paths.end(), PathOrder());
  EXPECT_EQ(paths, (std::vector<std::string>{"/", "/doc", "/doc/a", "/doc/a/x", "/doc/b", "/doc!", "/doc-base/a"}));
}

TEST(VolatilePaths, EachRowGivesItsReason) {
  std::set<std::string_view> patterns;
  for (const auto& row : volatile_paths()) {
    EXPECT_TRUE(row.pattern.starts_with('/')) << row.pattern;
    EXPECT_FALSE(row.reason.empty()) << row.pattern;
    EXPECT_TRUE(patterns.insert(row.pattern).second) << row.pattern << " is there twice";
  }
}

TEST(SharedFiles, EachRebuiltFileNamesItsCommand) {
  for (const auto& row : shared_files()) {
    EXPECT_EQ(row.rule == SharedRule::rebuild, !row.command.empty()) << row.pattern;
    EXPECT_FALSE(row.pattern.ends_with("/**")) << row.pattern << " cannot be expanded";
  }
}

TEST(SharedFiles, NoneIsKeptOutOfTheDelta) {
  for (const auto& row : shared_files()) {
    const auto* kept_out = find_volatile(row.pattern);
    EXPECT_TRUE(kept_out == nullptr || kept_out->volatility == Volatility::varies) << row.pattern;
  }
}

}  // namespace
