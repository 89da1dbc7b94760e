#include "optimize/history_place.hpp"

#include "history_store/locator.hpp"

namespace ci::optimize {
namespace {

namespace fs = std::filesystem;

constexpr base::Duration kAnyPatience{0};  // it is only looked whether there is such a store

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
  if (history.empty()) {
    if (!state) return base::fail(state.error());
    place.folder = *state;
  } else if (history.starts_with(kFile) && history.size() > kFile.size()) {
    std::error_code error;
    place.folder = fs::absolute(history.substr(kFile.size()), error);
  } else {
    const auto opened = history_store::open_history_store(history, platform, kAnyPatience);
    if (!opened) return base::fail(base::ErrorKind::data, opened.error().message, opened.error().hint);
    if (!state) return base::fail(state.error());
    place.folder = *state;
    place.store = history;
    return place;
  }
  place.store = std::string(kFile) + place.folder.string();
  return place;
}

}  // namespace ci::optimize
