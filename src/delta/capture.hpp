#pragma once
// What an installation changed, as an archive.
#include <string>

#include "archive/byte_stream.hpp"
#include "archive/writer.hpp"
#include "base/json.hpp"
#include "delta/changes.hpp"

namespace ci::delta {

// The archive's roots: everything, and dpkg's status file, which a restore puts in place last of all.
inline constexpr char kFilesRoot[] = "root";
inline constexpr char kStatusRoot[] = "status";
inline constexpr char kStatusFolder[] = "var/lib/dpkg";
inline constexpr char kStatusFile[] = "status";

// Where changes come from.
struct Origin {
  std::string fingerprint;     // of the base and the request before them
  double install_seconds = 0;  // that they took; 0 when not known
  base::Json parts{};          // what the entry's key is made of; null when not known
};

// Writes `changes` of the system below `root` to `sink`. Error: environment when files cannot give the changes back,
// naming what stands in the way; io, permission; the sink's own.
base::Result<archive::WriteSummary> capture(const std::filesystem::path& root, const Changes& changes,
                                            const Origin& origin, int level, archive::ByteSink& sink);

}  // namespace ci::delta
