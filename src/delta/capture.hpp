#pragma once
// What an installation changed, as an archive.
#include <string>

#include "archive/byte_stream.hpp"
#include "archive/writer.hpp"
#include "delta/changes.hpp"

namespace ci::delta {

// The archive's roots: everything, and dpkg's status file, which a restore puts in place last of all.
inline constexpr char kFilesRoot[] = "root";
inline constexpr char kStatusRoot[] = "status";
inline constexpr char kStatusFolder[] = "var/lib/dpkg";
inline constexpr char kStatusFile[] = "status";

// Writes `changes` of the system below `root`, whose fingerprint was `fingerprint` before them and which took
// `install_seconds` to make, to `sink`. Error:
// environment when files cannot give the changes back, naming what stands in the way; io, permission; the sink's own.
base::Result<archive::WriteSummary> capture(const std::filesystem::path& root, const Changes& changes,
                                            const std::string& fingerprint, double install_seconds, int level,
                                            archive::ByteSink& sink);

}  // namespace ci::delta
