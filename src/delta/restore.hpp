#pragma once
// Puts a delta's archive onto a system like the one that it was taken on.
#include <string>
#include <vector>

#include "archive/byte_stream.hpp"
#include "archive/reader.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "delta/label.hpp"

namespace ci::delta {

struct RestoreRequest {
  std::string fingerprint;  // of the base
  // For the receipt (receipt.hpp); without packages none is kept.
  std::vector<std::string> packages{};
  std::string entry{};
  base::TimePoint now{};
};

struct Restored {
  archive::ExtractSummary extracted;
  // What every path must be now: the archive's members, but for files that were merged with the target's.
  archive::ArchiveListing expected;
  std::vector<std::string> rebuilt;  // paths of files that the commands make anew
  std::vector<PackageChange> packages;
  double install_seconds = 0;                       // that the installation took which the delta was made of
  std::vector<elf::MissingLibrary> missing_before;  // where the delta was taken: no fault of the restore's
  // To be run now, in this order: caches made anew where the target had others, and what files cannot give back. When
  // there are any, end_published() (unfinished_restore.hpp) ends the restore after them. The receipt says nothing of
  // files that they make anew.
  Commands commands;
  std::string unkept;  // why there will be no receipt; "" when there will
};

// Restores the archive in `source` below `root`. Everything that can forbid it is looked at before the first file is
// written: the base's fingerprint must be the request's, each shared file what the installation found, what it left
// (a restore that was killed), or fit to be merged. dpkg's status file comes last, in one step: before it, dpkg knows
// of nothing, and the same restore or a real installation can be done again. dpkg's locks are held meanwhile. Error:
// environment when the delta does not fit or dpkg is in use; data when the archive is damaged; io, permission.
base::Result<Restored> restore(const std::filesystem::path& root, const RestoreRequest& request,
                               archive::ByteSource& source);

}  // namespace ci::delta
