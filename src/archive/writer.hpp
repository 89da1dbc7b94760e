#pragma once
// Writes an archive as a stream (docs/ARCHIVE.md).
#include <cstdint>
#include <string_view>
#include <vector>

#include "archive/byte_stream.hpp"
#include "archive/manifest.hpp"
#include "archive/tree_scan.hpp"
#include "archive/zstd_codec.hpp"

namespace ci::archive {

struct WriteOptions {
  Level level = fixed_level(3);
  unsigned jobs = 0;  // threads that read and compress; 0: one for each core
  ScanOptions scan{};
  KeepManifest manifest = KeepManifest::no;
};

struct WriteSummary {
  std::uint64_t members = 0;
  std::uint64_t content_bytes = 0;  // of all files
  std::uint64_t archive_bytes = 0;
  base::Sha256Digest digest{};     // of the stream: names this archive, equal for equal trees, options and head
  std::vector<Member> manifest{};  // with KeepManifest::yes: every member with its digest, in the archive's order
};

// Writes what `roots` name to `sink`. `head` is the caller's own text of at most 8 MiB; it leaves before the trees are
// looked at. The bytes depend on the levels, not on `jobs`. Memory: about 12 MB a thread and 100 bytes a member. Error:
// io or permission naming the path, also for a file that changes meanwhile; data for what no archive holds (devices,
// sockets, FIFOs, bad paths); the sink's own. What the sink got is then no archive: the trailer is missing.
base::Result<WriteSummary> write_archive(ByteSink& sink, const std::vector<SourceRoot>& roots, std::string_view head,
                                         const WriteOptions& options);

// Writes an archive of head and manifest alone, which read_listing() reads: what a tree was, without its contents. The
// members must be in an archive's order. Error: the sink's own.
base::Result<void> write_listing(ByteSink& sink, const ArchiveListing& listing);

}  // namespace ci::archive
