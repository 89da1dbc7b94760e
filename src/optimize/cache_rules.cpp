#include "optimize/cache_rules.hpp"

namespace ci::optimize {
namespace {

cache::CacheSpec rule(const char* name, std::vector<std::string> paths, std::vector<std::string> key_files) {
  cache::CacheSpec spec;
  spec.name = name;
  spec.paths = std::move(paths);
  spec.key_files = std::move(key_files);
  return spec;
}

}  // namespace

const std::vector<cache::CacheSpec>& cache_rules() {
  static const std::vector<cache::CacheSpec> kRules = {
      rule("npm", {"~/.npm/_cacache"}, {"**/package-lock.json", "**/npm-shrinkwrap.json", "!**/node_modules/**"}),
      rule("yarn", {"~/.cache/yarn", "~/.yarn/berry/cache"}, {"**/yarn.lock", "!**/node_modules/**"}),
      rule("pnpm", {"~/.local/share/pnpm/store"}, {"**/pnpm-lock.yaml", "!**/node_modules/**"}),
      rule("pip", {"~/.cache/pip"},
           {"**/requirements*.txt", "**/pyproject.toml", "**/poetry.lock", "**/Pipfile.lock", "**/uv.lock"}),
      rule("cargo", {"~/.cargo/registry/index", "~/.cargo/registry/cache", "~/.cargo/git/db"},
           {"**/Cargo.lock", "!**/target/**"}),
      rule("maven", {"~/.m2/repository"}, {"**/pom.xml", "!**/target/**"}),
      rule("gradle", {"~/.gradle/caches", "~/.gradle/wrapper"},
           {"**/*.gradle", "**/*.gradle.kts", "**/gradle-wrapper.properties", "**/libs.versions.toml",
            "**/gradle.lockfile", "!**/build/**"}),
      // ccache limits its folder itself, and finds what it needs by contents: the newest entry serves.
      rule("ccache", {"~/.cache/ccache"},
           {"**/*.c", "**/*.cc", "**/*.cpp", "**/*.cxx", "**/*.h", "**/*.hh", "**/*.hpp", "**/CMakeLists.txt",
            "**/Makefile"}),
  };
  return kRules;
}

const cache::CacheSpec* find_cache_rule(std::string_view name) {
  for (const auto& one : cache_rules()) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

}  // namespace ci::optimize
