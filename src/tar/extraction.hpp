#pragma once
// Extracts tar archives as streams (docs/COMPATIBILITY.md). What they say is not trusted.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "archive/byte_stream.hpp"
#include "archive/metadata.hpp"
#include "archive/target_folders.hpp"
#include "base/result.hpp"

namespace ci::tar {

struct ExtractOptions {
  unsigned jobs = 0;              // threads that write; 0: one for each core
  archive::PlaceOptions place{};  // extended attributes are never in place: they are not read
  // Called at the archive's end, when all that is new is in place. Its error ends the extraction.
  std::function<base::Result<void>()> when_verified{};
  std::uint64_t most_members = 10'000'000;
  std::uint64_t most_content_bytes = std::uint64_t{256} << 30;
};

struct ExtractSummary {
  std::uint64_t members = 0;
  std::uint64_t content_bytes = 0;  // of all files, written or kept
  std::uint64_t written = 0;        // files and links
  std::uint64_t kept = 0;           // files and links that were there already
  std::uint64_t archive_bytes = 0;
};

// Puts every member of the archive in `source` (plain, or compressed with zstd or gzip) in place below `targets`. Names
// are relative to `workspace`, or absolute, as `tar -P -C WORKSPACE` writes them; one that no target declares is
// refused. A later member of a name replaces an earlier one. The folder of a target itself keeps its metadata. Nothing
// that was there is changed before the end of the archive is reached and its compression's checksum is verified: a
// failure until then leaves the targets as they were, but for the times of folders, unless the archive has a name
// twice. Memory: 2 MiB for each of two batches a thread, the window of the compression (at most 128 MiB; 2 to 8 in
// practice), and 300 bytes a member. Error: data (damaged or hostile), io (a full disk), permission, and the source's
// own.
base::Result<ExtractSummary> extract_tar(archive::ByteSource& source, const std::filesystem::path& workspace,
                                         const std::vector<archive::TargetRoot>& targets,
                                         const ExtractOptions& options);

}  // namespace ci::tar
