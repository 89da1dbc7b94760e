#pragma once
// Files whose contents come in several frames, written by several threads in any order.
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "archive/confined_folder.hpp"
#include "archive/data_frame.hpp"
#include "archive/new_file.hpp"

namespace ci::archive {

// What became of a file.
enum class Placed : std::uint8_t { written, kept, incomplete };

// Shared by the threads that place members. What is unfinished at the end of its life is removed.
class SplitFiles {
 public:
  SplitFiles(TargetFolders& folders, const PlaceOptions& options) : folders_(folders), options_(options) {}

  // Writes one piece of a file into a file of a temporary name, which gets its own with the last piece. `folder` is the
  // member's. Returns `incomplete` but for the last piece.
  base::Result<Placed> write(const DataEntry& piece, int folder);

 private:
  struct SplitFile;
  using Key = std::pair<std::uint16_t, std::string>;
  base::Result<std::shared_ptr<SplitFile>> find_or_create(const DataEntry& piece, int folder);

  TargetFolders& folders_;
  PlaceOptions options_;
  std::mutex mutex_;
  std::map<Key, std::shared_ptr<SplitFile>> files_;  // shared with threads that are writing a piece
};

}  // namespace ci::archive
