#pragma once
// Reads an archive as a stream (docs/ARCHIVE.md). What it says is not trusted.
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "archive/byte_stream.hpp"
#include "archive/data_frame.hpp"
#include "archive/frame_stream.hpp"
#include "archive/manifest.hpp"
#include "archive/metadata.hpp"
#include "archive/target_folders.hpp"

namespace ci::archive {

struct ExtractOptions {
  unsigned jobs = 0;  // threads that verify, decompress and write; 0: one for each core
  PlaceOptions place{};
  KeepManifest manifest = KeepManifest::no;
  // Called when everything is verified and nothing that was there is changed yet. Its error ends the extraction.
  std::function<base::Result<void>()> when_verified{};
  std::uint64_t most_members = 10'000'000;
  std::uint64_t most_content_bytes = std::uint64_t{256} << 30;
};

struct ExtractSummary {
  std::uint64_t members = 0;
  std::uint64_t content_bytes = 0;  // of all files, written or kept
  std::uint64_t written = 0;        // files and links
  std::uint64_t kept = 0;           // files and links that were there already
  std::uint64_t folders_left = 0;   // to be deleted, but not empty
  std::uint64_t archive_bytes = 0;
  base::Sha256Digest digest{};     // of the stream, as the writer's summary has it
  std::vector<Member> manifest{};  // with KeepManifest::yes: every member with its digest, in the archive's order
};

// First read_head(), then either extract() or read_manifest(), each once.
class ArchiveReader {
 public:
  explicit ArchiveReader(ByteSource& source) : receiver_(source) {}

  // Reads up to the caller's text, which comes before any member. Error: data, and the source's own.
  base::Result<Head> read_head();

  // Puts every member in place below `targets`, which must declare each of the archive's roots. A frame is verified
  // before anything of it is used, and nothing that was there is changed before all are verified: a failure until then
  // leaves the targets as they were, but for the times of folders. After a kill, or a failure later, each file is the
  // old one, the new one or absent, never a mixture, but the tree as a whole is one: only a success says that it is the
  // archive's. Memory: about 10 MB a thread, and 100 bytes a member. Error: data (damaged or hostile), io (a full
  // disk), permission, and the source's own.
  base::Result<ExtractSummary> extract(const std::vector<TargetRoot>& targets, const ExtractOptions& options);

  // Reads on to the end, checks every frame, and returns the members with their digests.
  base::Result<std::vector<Member>> read_manifest();

 private:
  FrameReceiver receiver_;
  Head head_;
};

// Reads head and manifest of the archive in the file `descriptor` by its trailer, and nothing between. Error: data, io.
base::Result<ArchiveListing> read_listing(int descriptor);

}  // namespace ci::archive
