#pragma once
// From scanned files to data frames: where to cut, reading, hashing and compressing.
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "archive/confined_folder.hpp"
#include "archive/frame_stream.hpp"
#include "archive/tree_scan.hpp"

namespace ci::archive {

// The digest of a file that several frames share: its pieces are hashed in their order, by different threads.
class SharedDigest {
 public:
  // Waits until all bytes before `offset` are in, adds `bytes`. Returns false when an earlier piece was given up.
  bool add(std::uint64_t offset, std::string_view bytes);
  // Says that no more will come: whoever waits is released.
  void give_up();
  base::Sha256Digest finish() { return digest_.finish(); }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t next_ = 0;
  bool given_up_ = false;
  base::Sha256 digest_;
};

// What one data frame holds: whole members, or a piece of one file.
struct FramePlan {
  std::size_t index = 0;  // of the frame in the archive
  std::size_t first = 0;  // of the members, in TreeScan::files
  std::size_t count = 0;
  std::uint64_t offset = 0;                       // of the piece
  std::size_t length = 0;                         // of the piece
  std::shared_ptr<SharedDigest> shared_digest{};  // of the pieces of one file; null for whole members
};

// Cuts `files` into frames of about kFrameRawTarget bytes, numbered from `first_index`. The cut depends on the members
// alone, so that equal trees give equal archives.
std::vector<FramePlan> plan_frames(const std::vector<ScannedMember>& files, std::size_t first_index);

struct MadeFrame {
  std::string sealed;
  std::string manifest{};  // entries of the members that end in this frame
};

// Makes data frames; one for each thread.
class FrameMaker {
 public:
  FrameMaker(const std::vector<ScannedMember>& files, const std::vector<ConfinedFolder>& folders, Level level,
             Xattrs xattrs);
  // Error: io or permission naming the file, also when it is no longer what was scanned.
  base::Result<MadeFrame> make(const FramePlan& plan);

 private:
  base::Result<void> add_whole(const ScannedMember& scanned);
  base::Result<void> add_piece(const ScannedMember& scanned, const FramePlan& plan);
  base::Result<void> read_contents(const ScannedMember& scanned, std::uint64_t offset, std::size_t length,
                                   Member& member);
  base::Result<std::string> seal(const FramePlan& plan);

  const std::vector<ScannedMember>& files_;
  std::vector<FolderCursor> cursors_;
  Xattrs xattrs_;
  FrameSealer sealer_;
  base::Sha256 digest_;
  std::string raw_;  // contents, then the index; keeps its size, because growing fills with zeros
  std::size_t used_ = 0;
  std::string index_;
  std::size_t entries_ = 0;
  std::string manifest_;
};

}  // namespace ci::archive
