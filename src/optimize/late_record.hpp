#pragma once
// A record that its history store could not take (docs/HISTORY.md, "When the store is down").
#include <filesystem>
#include <string>

#include "base/json.hpp"
#include "platform/log.hpp"

namespace ci::optimize {

// Lets `document` wait below the folder `spool` ("" = nowhere) for the next run that puts records into `store`. Returns
// where it waits, and how it gets into the store by hand from `file` ("" = none), where the record lies as well: the
// next run may be on another machine. That it cannot wait is a warning.
std::string let_wait(const base::Json& document, const std::filesystem::path& spool, const std::string& store,
                     const std::string& file, platform::Log& log);

}  // namespace ci::optimize
