#include "optimize/history_place.hpp"

#include "history_store/locator.hpp"

namespace ci::optimize {
namespace {

namespace fs = std::filesystem;

// XDG Base Directory Specification: $XDG_STATE_HOME, or ~/.local/state.
base::Result<fs::path> state_folder(const platform::Environment& environment) {
  if (const auto state = environment.get("XDG_STATE_HOME"); !state.empty()) return fs::path(state) / "ci-optimizer";
  if (const auto home = environment.get("HOME"); !home.empty()) return fs::path(home) / ".local/state/ci-optimizer";
  // A container may set neither.
  if (environment.is_root()) return fs::path("/var/lib/ci-optimizer");
  return base::fail(base::ErrorKind::environment, "nowhere to keep records: neither XDG_STATE_HOME nor HOME is set",
                    "give --history file:DIR, or --history off");
}

}  // namespace

base::Result<std::optional<HistoryPlace>> history_place(const std::string& history,
                                                        const platform::Platform& platform) {
  constexpr std::string_view kFile = "file:";
  if (history == "off") return std::nullopt;
  const auto state = state_folder(platform.environment);
  HistoryPlace place;
  if (state) place.spool = *state / "spool";
  const bool is_own_folder = history.starts_with(kFile) && history.size() > kFile.size();
  if (is_own_folder) {
    std::error_code error;
    place.folder = fs::absolute(history.substr(kFile.size()), error);
  } else {
    if (!state) return base::fail(state.error());
    place.folder = *state;
  }
  place.store = is_own_folder || history.empty() ? std::string(kFile) + place.folder.string() : history;
  const auto store = history_store::open_history_store(place.store, platform, {});
  if (!store) return base::fail(base::ErrorKind::data, store.error().message, store.error().hint + "; or off");
  return place;
}

}  // namespace ci::optimize
