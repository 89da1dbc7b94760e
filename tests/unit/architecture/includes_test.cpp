// Dependencies point down only (docs/ARCHITECTURE.md).
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

// What each folder may include besides itself. A folder that is not here may not exist.
const std::map<std::string, std::vector<std::string>> kBelow = {
    {"base", {}},
    {"relay", {}},
    {"platform", {"base"}},
    {"archive", {"platform", "base"}},
    {"tar", {"archive", "platform", "base"}},
    {"s3", {"platform", "base"}},
    {"store", {"s3", "platform", "base"}},
    {"statistics", {"base"}},
    {"github", {"platform", "base"}},
    {"history", {"platform", "base"}},
    {"doctor", {"report", "platform", "base"}},
    {"history_store", {"history", "s3", "platform", "base"}},
    {"insight", {"history_store", "history", "statistics", "platform", "base"}},
    {"export", {"history", "platform", "base"}},
    {"report", {"insight", "history_store", "statistics", "history", "github", "platform", "base"}},
    {"elf", {"platform", "base"}},
    {"key", {"archive", "store", "platform", "base"}},
    {"delta", {"archive", "elf", "platform", "base"}},
    {"apt", {"relay", "key", "archive", "delta", "elf", "store", "history", "platform", "base"}},
    {"cache", {"key", "archive", "tar", "store", "history", "platform", "base"}},
    {"golang", {"key", "cache", "archive", "store", "platform", "base"}},
    {"smoke", {"history", "platform", "base"}},
    {"optimize",
     {"store", "key", "apt", "cache", "golang", "smoke", "report", "insight", "statistics", "history", "history_store",
      "github", "platform", "base"}},
    {"action", {"optimize", "report", "insight", "history", "github", "platform", "base", "smoke"}},
    {"cli", {"action",  "optimize",      "archive",    "store",   "delta",  "doctor",   "elf",
             "apt",     "cache",         "golang",     "key",     "smoke",  "report",   "export",
             "insight", "history_store", "statistics", "history", "github", "platform", "base"}},
};

struct Violation {
  std::string file;
  std::string included;
};

std::vector<Violation> violations_in(const std::string& folder, const std::string& file, std::istream& source) {
  static const std::regex kInclude("^\\s*#\\s*include\\s*\"([a-z_]+)/");
  std::vector<Violation> found;
  const auto allowed = kBelow.find(folder);
  for (std::string line; std::getline(source, line);) {
    std::smatch match;
    if (!std::regex_search(line, match, kInclude)) continue;
    const std::string included = match[1];
    const bool fine = included == folder ||
                      (allowed != kBelow.end() &&
                       std::find(allowed->second.begin(), allowed->second.end(), included) != allowed->second.end());
    if (!fine) found.push_back({file, included});
  }
  return found;
}

TEST(Architecture, NoIncludePointsUpOrSideways) {
  const fs::path src = fs::path(CI_OPTIMIZER_SOURCE_DIR) / "src";
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(src)) {
    const auto ending = entry.path().extension();
    if ((ending != ".cpp" && ending != ".hpp") || entry.path().parent_path() == src) continue;
    const std::string folder = fs::relative(entry.path(), src).begin()->string();
    EXPECT_TRUE(kBelow.contains(folder)) << folder << " has no place in the order";
    std::ifstream source(entry.path());
    for (const auto& [file, included] : violations_in(folder, entry.path().string(), source)) {
      ADD_FAILURE() << file << " includes " << included << "/, which is not below " << folder << "/";
    }
    ++files;
  }
  EXPECT_GT(files, 20);
}

TEST(Architecture, AnUpwardIncludeWouldBeFound) {
  std::istringstream source("#include <string>\n#include \"cli/commands.hpp\"\n#include \"base/text.hpp\"\n");
  EXPECT_EQ(violations_in("apt", "x.cpp", source).size(), 1U);
}

}  // namespace
