#include "optimize/history_place.hpp"

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
                                                        const platform::Environment& environment) {
  constexpr std::string_view kFile = "file:";
  if (history == "off") return std::nullopt;
  const auto state = state_folder(environment);
  HistoryPlace place;
  if (state) place.spool = *state / "spool";
  if (history.empty()) {
    if (!state) return base::fail(state.error());
    place.folder = *state;
  } else if (history.starts_with(kFile) && history.size() > kFile.size()) {
    std::error_code error;
    place.folder = fs::absolute(history.substr(kFile.size()), error);
  } else {
    return base::fail(base::ErrorKind::data, "'" + history + "' is not a history store", "write file:DIR, or off");
  }
  place.store = std::string(kFile) + place.folder.string();
  return place;
}

}  // namespace ci::optimize
