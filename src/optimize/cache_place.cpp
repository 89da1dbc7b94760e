#include "optimize/cache_place.hpp"

namespace ci::optimize {

std::string default_cache_store(const platform::Environment& environment) {
  if (environment.get("GITHUB_ACTIONS") == "true") {
    const bool has_service =
        !environment.get("ACTIONS_RESULTS_URL").empty() || !environment.get("ACTIONS_CACHE_URL").empty();
    return has_service && !environment.get("ACTIONS_RUNTIME_TOKEN").empty() ? "github:" : "";
  }
  // XDG Base Directory Specification.
  if (const auto cache = environment.get("XDG_CACHE_HOME"); !cache.empty()) return "file:" + cache + "/ci-optimizer";
  if (const auto home = environment.get("HOME"); !home.empty()) return "file:" + home + "/.cache/ci-optimizer";
  return "";
}

}  // namespace ci::optimize
