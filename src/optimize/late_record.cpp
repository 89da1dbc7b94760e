#include "optimize/late_record.hpp"

#include <fmt/format.h>

#include "history_store/spool.hpp"

namespace ci::optimize {

std::string let_wait(const base::Json& document, const std::filesystem::path& spool, const std::string& store,
                     const std::string& file, platform::Log& log) {
  std::string told;
  if (!spool.empty()) {
    const auto waits = history_store::Spool(spool, store).add(document);
    if (waits)
      told = "the record waits in " + spool.string() + " for the next run on this machine";
    else
      log.warning("the record cannot wait for the next run: " + waits.error().message);
  }
  if (file.empty()) return told;
  if (!told.empty()) told += "; ";
  return told + fmt::format(
                    "if this machine is thrown away, upload {} (the output record-path) as an artifact, and put "
                    "it later: ci-optimizer history import FILE --history {}",
                    file, store);
}

}  // namespace ci::optimize
