#pragma once
// A shared file that an installation changed, and what becomes of it on another base.
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "delta/records.hpp"
#include "delta/shared_files.hpp"

namespace ci::delta {

// What a delta keeps of a changed shared file.
struct SharedChange {
  const SharedFile* rule = nullptr;  // a row of shared_files()
  std::string replaced;              // digest of what its origin was before; "absent" when it was not (digest.hpp)
  std::string installed;             // digest of what is there now; "absent" when it was deleted
  DifferingRecords records;          // of files that are merged
};

enum class SharedAct {
  take,     // put the delta's file in place, or delete it when the delta does
  write,    // put `text` in place, with the owner and mode that the delta gives
  rebuild,  // leave the delta's file out and run `command` when all others are in place
};

struct SharedDecision {
  SharedAct act = SharedAct::take;
  std::string text;
  std::string command;  // words with blanks between
};

// Decides by what the origin of `path` is below `root` now: for all shared files before any of them is replaced. Error:
// environment, naming the path and the reason, when the delta does not fit this base; io.
base::Result<SharedDecision> decide_shared(const std::filesystem::path& root, const std::string& path,
                                           const SharedChange& change);

}  // namespace ci::delta
