#pragma once
// A member's metadata on the file system.
#include <sys/stat.h>

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "archive/member.hpp"
#include "archive/tree_scan.hpp"

namespace ci::archive {

// What is done with a file that is there already.
enum class Existing : std::uint8_t {
  compare_metadata,  // left alone when size, mode, mtime (and owner, extended attributes) are the member's
  compare_contents,  // left alone when its contents are the member's as well
};

struct PlaceOptions {
  Owners owners = Owners::omit;  // keep: numeric, as the archive has them; needs root
  Xattrs xattrs = Xattrs::omit;
  Existing existing = Existing::compare_metadata;
  std::set<std::string> left_alone{};  // paths in the first root whose files are verified, but not put in place
  // Folders in the first root below which a new file too has its name only once it is complete, whatever happens.
  std::vector<std::string> whole_below{};
  // Folders in the first root below which new files have their names only at the end, when all else is in place.
  std::vector<std::string> last_below{};
  // Called by any thread with the path in the first root of what was just made, or is about to be, where nothing was.
  std::function<void(std::string_view)> when_added{};
  // Called by the thread that extracts with the path in the first root of what is about to be replaced by what has a
  // name in the same folder, or to be removed: the name is "" then, and when a new folder comes in its place.
  std::function<void(std::string_view, const std::string&)> when_replaced{};
};

// Whether the options say so of the member's file: that it appears when it is complete, or at the end.
bool appears_whole(const Member& member, const PlaceOptions& options);
bool appears_last(const Member& member, const PlaceOptions& options);

// Gives the open file or folder `descriptor` the member's owner, attributes, mode and time, in an order in which none
// takes another back. The umask plays no part. The error is errno.
tl::expected<void, int> apply_metadata(int descriptor, const Member& member, const PlaceOptions& options);

// The same for the symbolic link `name` in `folder`.
tl::expected<void, int> apply_link_metadata(int folder, const char* name, const Member& member,
                                            const PlaceOptions& options);

// Whether a file's status is what the member wants, extended attributes apart.
bool has_metadata(const struct stat& status, const Member& member, const PlaceOptions& options);

}  // namespace ci::archive
