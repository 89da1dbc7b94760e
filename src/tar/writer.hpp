#pragma once
// Writes trees as tar archives that GNU tar and GitHub's cache client read (docs/COMPATIBILITY.md).
#include <cstdint>
#include <filesystem>
#include <vector>

#include "archive/byte_stream.hpp"
#include "archive/tree_scan.hpp"
#include "archive/zstd_codec.hpp"
#include "base/result.hpp"
#include "tar/compression.hpp"

namespace ci::tar {

struct WriteOptions {
  Compression compression = Compression::zstd;
  archive::Level level = archive::fixed_level(3);
  unsigned jobs = 0;  // threads that read and compress; 0: one for each core
};

struct WriteSummary {
  std::uint64_t members = 0;
  std::uint64_t content_bytes = 0;  // of all files
  std::uint64_t archive_bytes = 0;
};

// Writes what `roots` name (without deletions) to `sink`: a tar archive in the pax format, compressed as zstd frames
// (or gzip members) of about 2 MiB, one after the other. Names are relative to `workspace`, as `tar -P -C WORKSPACE`
// writes them; folders come before what is in them. Equal trees give equal bytes, whatever `jobs`. Memory: about 12 MB
// a thread and 300 bytes a member. Error: io or permission naming the path, also for a file that changes meanwhile;
// data for what no cache holds (devices, sockets, FIFOs); the sink's own. What the sink got is then no archive: its end
// is missing.
base::Result<WriteSummary> write_tar(archive::ByteSink& sink, const std::filesystem::path& workspace,
                                     const std::vector<archive::SourceRoot>& roots, const WriteOptions& options);

}  // namespace ci::tar
