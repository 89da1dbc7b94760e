#include "golang/go_key.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "golang/go_tool.hpp"
#include "golang/sources.hpp"
#include "golang/toolchain.hpp"
#include "golang/workspace.hpp"
#include "key/runner.hpp"

namespace ci::golang {
namespace {

using key::Part;
using Level = std::vector<Part>;

// What a compiled package depends on beside the toolchain and the sources.
constexpr std::array kFlagNames = {"CGO_ENABLED", "GOFLAGS",     "GODEBUG",    "CC",           "CXX",
                                   "FC",          "AR",          "CGO_CFLAGS", "CGO_CPPFLAGS", "CGO_CXXFLAGS",
                                   "CGO_FFLAGS",  "CGO_LDFLAGS", "PKG_CONFIG"};
constexpr std::array kTargetNames = {"GOOS",    "GOARCH",       "GO386",    "GOAMD64", "GOARM",
                                     "GOARM64", "GOMIPS",       "GOMIPS64", "GOPPC64", "GORISCV64",
                                     "GOWASM",  "GOEXPERIMENT", "GOFIPS140"};

template <class Names>
void add_settings(Level& level, const Names& names, const GoTool& tool) {
  for (const char* name : names) level.push_back({name, key::printable(tool.get(name))});
}

std::string joined(std::vector<std::string> tags) {
  std::sort(tags.begin(), tags.end());
  tags.erase(std::unique(tags.begin(), tags.end()), tags.end());
  return base::join(tags, ",");
}

// Everything that the levels of all three keys are made of.
struct Facts {
  key::Runner runner;
  GoTool tool;
  Workspace workspace;
  std::string toolchain;  // that builds
};

base::Result<Facts> gather(const GoKeyRequest& request, const platform::Platform& platform) {
  const auto folder = find_module(request.module, ".");
  if (!folder) return base::fail(folder.error());
  auto tool = ask_go(*folder, platform);
  if (!tool) return base::fail(tool.error());
  auto workspace = read_workspace(*folder, tool->get("GOWORK"));
  if (!workspace) return base::fail(workspace.error());
  auto toolchain = selected_toolchain(tool->get("GOVERSION"), tool->wanted, workspace->toolchain, workspace->go);
  return Facts{key::read_runner(platform.environment), std::move(*tool), std::move(*workspace), std::move(toolchain)};
}

Level toolchain_level(GoCache cache, const Facts& facts, const GoKeyRequest& request) {
  Level level = {{"cache-version", key::printable(request.cache_version)},
                 {"os", facts.runner.os},
                 {"image", key::printable(facts.runner.image)},
                 {"architecture", facts.runner.architecture},
                 {"toolchain", key::printable(facts.toolchain)}};
  if (cache != GoCache::modules) add_settings(level, kTargetNames, facts.tool);
  return level;
}

Level flags_level(const Facts& facts, const GoKeyRequest& request, const platform::Platform& platform) {
  Level level;
  add_settings(level, kFlagNames, facts.tool);
  const bool cgo = facts.tool.get("CGO_ENABLED") == "1";
  level.push_back({"C compiler", cgo ? key::printable(compiler_version(facts.tool.get("CC"), platform)) : ""});
  level.push_back({"tags", key::printable(joined(request.tags))});
  level.push_back({"build", key::printable(request.build)});
  return level;
}

base::Result<Level> sources_level(const Facts& facts, const platform::Platform& platform) {
  const bool cgo = facts.tool.get("CGO_ENABLED") == "1";
  auto files = source_files(facts.workspace.folders, cgo ? CSources::take : CSources::leave_out, platform);
  if (!files) return base::fail(files.error());
  Level level = {key::files_part("sources", std::move(*files))};
  // Headers and libraries come with the image.
  level.push_back({"image version", cgo ? key::printable(facts.runner.image_version) : ""});
  return level;
}

const char* purpose_of(GoCache cache) {
  switch (cache) {
    case GoCache::modules:
      return "go-modules";
    case GoCache::build:
      return "go-build";
    case GoCache::binary:
      return "binary";
  }
  return "";
}

}  // namespace

base::Result<key::Key> go_key(GoCache cache, const GoKeyRequest& request, const platform::Platform& platform) {
  const auto facts = gather(request, platform);
  if (!facts) return base::fail(facts.error());
  key::Recipe recipe{purpose_of(cache), {facts->runner.os, facts->runner.architecture}, {}, key::Fallback::by_level};
  recipe.levels.push_back(toolchain_level(cache, *facts, request));
  if (cache == GoCache::binary) {
    const auto name = std::filesystem::path(request.binary).filename().string();
    recipe.names.push_back(name.empty() ? "main" : name);
    recipe.levels.back().push_back({"binary", key::printable(request.binary)});
    recipe.fallback = key::Fallback::none;
  }
  recipe.names.push_back(facts->toolchain);
  if (cache != GoCache::modules) recipe.levels.push_back(flags_level(*facts, request, platform));
  recipe.levels.push_back(facts->workspace.files);
  if (cache != GoCache::modules) {
    auto sources = sources_level(*facts, platform);
    if (!sources) return base::fail(sources.error());
    recipe.levels.push_back(std::move(*sources));
  }
  return key::make_key(recipe);
}

}  // namespace ci::golang
