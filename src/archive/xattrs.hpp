#pragma once
// Extended attributes of open files and folders, as far as archives keep them (is_kept_xattr).
#include <vector>

#include "archive/member.hpp"

namespace ci::archive {

// Returns the kept attributes of `descriptor`, by name; none where the file system has none. The error is errno.
tl::expected<std::vector<Xattr>, int> read_xattrs(int descriptor);

// Gives `descriptor` exactly the kept attributes `wanted`: others of them are removed. The error is errno.
tl::expected<void, int> write_xattrs(int descriptor, const std::vector<Xattr>& wanted);

}  // namespace ci::archive
