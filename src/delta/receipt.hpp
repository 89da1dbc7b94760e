#pragma once
// What stays on a machine of a delta that was restored or captured there: what it says every path must be.
#include <filesystem>
#include <string>
#include <vector>

#include "archive/manifest.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace ci::delta {

inline constexpr char kReceiptsFolder[] = "var/lib/ci-optimizer/receipts";

struct Receipt {
  std::vector<std::string> packages;  // as they were asked for
  std::string entry;                  // key in the store
  base::TimePoint made;
  // Roots and members as in the delta's archive. Of files that this machine got otherwise (merged, made by a command)
  // what they are here. Without files that may hold passwords.
  archive::ArchiveListing listing;
};

// Returns the name of the receipt for `packages`, in whatever order they are.
std::string receipt_name(std::vector<std::string> packages);

// Says of the files `rebuilt`, which a command has made, what they are below `root` now.
void expect_rebuilt(const std::filesystem::path& root, const std::vector<std::string>& rebuilt,
                    archive::ArchiveListing& listing);

// Keeps `receipt` below `root`, in place of an earlier one for the same packages. The folder's own coming to be leaves
// no trace in the times of folders that packages have. Error: io.
base::Result<void> write_receipt(const std::filesystem::path& root, const Receipt& receipt);

// Keeps `receipt` in `folder` until it is true: for keep_staged_receipt(). Error: io.
base::Result<void> stage_receipt(const std::filesystem::path& folder, const Receipt& receipt);

// Keeps below `root`, as write_receipt() does, what stage_receipt() left in `folder`; nothing where that is not there.
// Error: io.
base::Result<void> keep_staged_receipt(const std::filesystem::path& root, const std::filesystem::path& folder);

// Returns all receipts below `root`, the oldest first. Error: io; data when one is damaged.
base::Result<std::vector<Receipt>> read_receipts(const std::filesystem::path& root);

}  // namespace ci::delta
