#include "delta/publication.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cstdio>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "delta/capture.hpp"
#include "delta/journal_record.hpp"
#include "platform/filesystem.hpp"

namespace ci::delta {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongest = 256;  // bytes of a record

// What a rename does not change, and writing the file anew does; "" when there is none.
std::string identity_text(const fs::path& file) {
  struct stat status {};
  if (::lstat(file.c_str(), &status) != 0) return "";
  const auto identity = identity_of(status);
  return fmt::format("{} {} {} {}", identity.device, identity.inode, identity.modified, status.st_size);
}

}  // namespace

void announce_publication(const fs::path& root, const fs::path& staging, std::int64_t folder_time) {
  const auto identity = identity_text(staging / kStatusFile);
  const fs::path next = staging / kPublication;
  if (identity.empty() || !platform::write_file(next, fmt::format("{}\n{}\n", identity, folder_time))) return;
  (void)std::rename(next.c_str(), (root / kStatusFolder / kPublication).c_str());
}

std::optional<std::int64_t> published_folder_time(const fs::path& root) {
  const auto text = platform::read_file(root / kStatusFolder / kPublication, kLongest);
  if (!text) return std::nullopt;
  const auto lines = base::split(*text, '\n');
  if (lines.size() != 3 || lines[0].empty() || lines[0] != identity_text(root / kStatusFolder / kStatusFile))
    return std::nullopt;
  return base::parse_integer(lines[1]);
}

}  // namespace ci::delta
