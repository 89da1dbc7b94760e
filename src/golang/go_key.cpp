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

base::Result<GoProject> read_without_sources(const GoKeyRequest& request, const platform::Platform& platform) {
  const auto folder = find_module(request.module, ".");
  if (!folder) return base::fail(folder.error());
  auto tool = ask_go(*folder, platform);
  if (!tool) return base::fail(tool.error());
  auto workspace = read_workspace(*folder, tool->get("GOWORK"), tool->get("GOROOT"));
  if (!workspace) return base::fail(workspace.error());
  auto toolchain = selected_toolchain(tool->get("GOVERSION"), tool->wanted, workspace->toolchain, workspace->go);
  return GoProject{
      key::read_runner(platform.environment), std::move(*tool), std::move(*workspace), std::move(toolchain), {}, {}};
}

Level toolchain_level(GoCache cache, const GoProject& facts, const GoKeyRequest& request) {
  Level level = {{"cache-version", key::printable(request.cache_version)},
                 {"os", facts.runner.os},
                 {"image", key::printable(facts.runner.image)},
                 {"architecture", facts.runner.architecture},
                 {"toolchain", key::printable(facts.toolchain)}};
  if (cache != GoCache::modules) add_settings(level, kTargetNames, facts.tool);
  return level;
}

bool uses_cgo(const GoProject& facts) {
  return facts.tool.get("CGO_ENABLED") == "1";
}

Level flags_level(GoCache cache, const GoProject& facts, const GoKeyRequest& request,
                  const platform::Platform& platform) {
  Level level;
  // Each job trims its build cache to what it used itself.
  if (cache == GoCache::build) level.push_back({"job", key::printable(platform.environment.get("GITHUB_JOB"))});
  add_settings(level, kFlagNames, facts.tool);
  level.push_back({"C compiler", key::printable(facts.compiler)});
  level.push_back({"tags", key::printable(joined(request.tags))});
  level.push_back({"build", key::printable(request.build)});
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

base::Result<GoProject> read_project(const GoKeyRequest& request, const platform::Platform& platform) {
  auto project = read_without_sources(request, platform);
  if (!project) return project;
  auto files =
      source_files(project->workspace.folders, uses_cgo(*project) ? CSources::take : CSources::leave_out, platform);
  if (!files) return base::fail(files.error());
  if (uses_cgo(*project)) project->compiler = compiler_version(project->tool.get("CC"), platform);
  project->sources = key::files_part("sources", std::move(*files));
  return project;
}

base::Result<key::Key> go_key(GoCache cache, const GoProject& project, const GoKeyRequest& request,
                              const platform::Platform& platform) {
  const auto& runner = project.runner;
  key::Recipe recipe{purpose_of(cache), {runner.os, runner.architecture}, {}, key::Fallback::by_level};
  recipe.levels.push_back(toolchain_level(cache, project, request));
  if (cache == GoCache::binary) {
    const auto name = std::filesystem::path(request.binary).filename().string();
    recipe.names.push_back(name.empty() ? "main" : name);
    recipe.levels.back().push_back({"binary", key::printable(request.binary)});
    recipe.fallback = key::Fallback::none;
  }
  recipe.names.push_back(project.toolchain);
  if (cache != GoCache::modules) recipe.levels.push_back(flags_level(cache, project, request, platform));
  recipe.levels.push_back(project.workspace.files);
  if (cache != GoCache::modules) {
    // Headers and libraries come with the image.
    const std::string image = uses_cgo(project) ? key::printable(runner.image_version) : "";
    recipe.levels.push_back({project.sources, {"image version", image}});
  }
  return key::make_key(recipe);
}

base::Result<key::Key> go_key(GoCache cache, const GoKeyRequest& request, const platform::Platform& platform) {
  const auto project =
      cache == GoCache::modules ? read_without_sources(request, platform) : read_project(request, platform);
  if (!project) return base::fail(project.error());
  return go_key(cache, *project, request, platform);
}

}  // namespace ci::golang
