#include "cli/history_store_of.hpp"

#include "cli/commands.hpp"
#include "history_store/locator.hpp"
#include "optimize/history_place.hpp"

namespace ci::cli {
namespace {

// Somebody is waiting and may interrupt: longer than a job would.
constexpr base::Duration kPatience = std::chrono::minutes(10);

}  // namespace

base::Result<std::unique_ptr<history_store::HistoryStore>> history_store_of(const CommandLine& line,
                                                                            const platform::Platform& platform) {
  const auto configuration = gather_configuration(line, platform);
  if (!configuration) return base::fail(configuration.error());
  const auto place = optimize::history_place(configuration->history.value_or(""), platform.environment);
  if (!place) return base::fail(place.error());
  if (!*place)
    return base::fail(base::ErrorKind::usage, "history is off: no records are kept", "give --history file:DIR");
  return history_store::open_history_store((*place)->store, platform, kPatience);
}

}  // namespace ci::cli
