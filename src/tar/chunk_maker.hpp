#pragma once
// From scanned members to compressed chunks of a tar archive: where to cut, reading, compressing.
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "archive/confined_folder.hpp"
#include "archive/tree_scan.hpp"
#include "archive/zstd_codec.hpp"
#include "tar/compression.hpp"
#include "tar/gzip_compressor.hpp"

namespace ci::tar {

// What there is to write, in the archive's order: a folder before what is in it.
struct MemberList {
  std::vector<archive::ScannedMember> members;
  std::vector<std::string> prefixes;  // of the names in the archive, for each root: "" or ending with a slash
};

// What one chunk holds: whole members, or a piece of one file, whose header is in the first and whose padding in the
// last.
struct ChunkPlan {
  std::size_t first = 0;
  std::size_t count = 0;
  std::uint64_t offset = 0;  // of the piece
  std::size_t length = 0;    // of the piece; 0 for whole members
};

// Cuts `members` into chunks of about 2 MiB, by the members alone, so that equal trees give equal archives.
std::vector<ChunkPlan> plan_chunks(const std::vector<archive::ScannedMember>& members);

using AnyCompressor = std::variant<archive::ZstdCompressor, GzipCompressor>;

struct MadeChunk {
  std::string compressed;
  std::uint64_t bytes = 0;  // before compression
};

// Makes chunks; one for each thread.
class ChunkMaker {
 public:
  ChunkMaker(const MemberList& list, const std::vector<archive::ConfinedFolder>& folders, Compression compression,
             archive::Level level);

  // Error: io or permission naming the file, also when it is no longer what was scanned.
  base::Result<MadeChunk> make(const ChunkPlan& plan);

  // Returns the end of an archive of `bytes` bytes so far: zeros, two blocks at least, up to a whole record.
  base::Result<MadeChunk> make_end(std::uint64_t bytes);

 private:
  base::Result<void> add_contents(const archive::ScannedMember& scanned, std::uint64_t offset, std::size_t length);
  void add_header(const archive::Member& member);
  char* extend(std::size_t count);  // of raw_
  base::Result<MadeChunk> compress();

  const MemberList& list_;
  std::vector<archive::FolderCursor> cursors_;
  AnyCompressor compressor_;
  std::string raw_;  // keeps its size, because growing fills with zeros
  std::size_t used_ = 0;
  std::string header_;
};

}  // namespace ci::tar
