#pragma once
// The history store of a command line.
#include <memory>

#include "base/result.hpp"
#include "cli/command_line.hpp"
#include "history_store/history_store.hpp"
#include "platform/platform.hpp"

namespace ci::cli {

// Opens the store that --history, else the configuration names, else that of this user's state. Error: usage, data;
// environment when nobody says where that is.
base::Result<std::unique_ptr<history_store::HistoryStore>> history_store_of(const CommandLine& line,
                                                                            const platform::Platform& platform);

}  // namespace ci::cli
