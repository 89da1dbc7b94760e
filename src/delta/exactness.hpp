#pragma once
// Whether a machine still is what deltas that were restored or captured there say.
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "archive/comparison.hpp"
#include "delta/receipt.hpp"

namespace ci::delta {

struct FoundDifference {
  std::string path;  // absolute as seen from the root
  archive::DifferenceKind kind = archive::DifferenceKind::absent;
  std::string detail;  // what is there and what was expected; "" where the kind says it all
  std::string reason;  // of what varies: why (volatile_paths.hpp)
};

struct Exactness {
  std::size_t compared = 0;                // paths
  std::vector<FoundDifference> differing;  // in PathOrder, as are the others
  std::vector<FoundDifference> varying;    // expected: two real installations differ there too
  std::vector<FoundDifference> unread;     // this user cannot tell
};

// Compares what is below `root` with `receipts` (the oldest first): with the paths of the one named `name`
// (receipt_name()), or of all for "". Where a later one also has a path, that is what must be there. Modification times
// count for nothing. Error: environment when there is no such receipt; io.
base::Result<Exactness> compare_with_receipts(const std::filesystem::path& root, const std::vector<Receipt>& receipts,
                                              std::string_view name);

}  // namespace ci::delta
