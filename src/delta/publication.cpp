#include "delta/publication.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cstdio>
#include <string>

#include "base/json.hpp"
#include "base/text.hpp"
#include "delta/capture.hpp"
#include "delta/journal_record.hpp"
#include "platform/filesystem.hpp"

namespace ci::delta {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongest = std::size_t{1} << 20;  // bytes of a record

// What a rename does not change, and writing the file anew does; "" when there is none.
std::string identity_text(const fs::path& file) {
  struct stat status {};
  if (::lstat(file.c_str(), &status) != 0) return "";
  const auto identity = identity_of(status);
  return fmt::format("{} {} {} {}", identity.device, identity.inode, identity.modified, status.st_size);
}

}  // namespace

// Four lines: the status file's identity, the folder's time, the mark, the commands as JSON.
void announce(const Publication& publication, const fs::path& root) {
  const fs::path staging = root / kStatusFolder / publication.mark;
  const auto identity = identity_text(staging / kStatusFile);
  const auto text = fmt::format("{}\n{}\n{}\n{}\n", identity, publication.folder_time, publication.mark,
                                to_json(publication.commands).compact());
  const fs::path next = staging / kPublication;
  if (identity.empty() || !platform::write_file(next, text)) return;
  (void)std::rename(next.c_str(), (root / kStatusFolder / kPublication).c_str());
}

std::optional<Publication> read_publication(const fs::path& root) {
  const auto text = platform::read_file(root / kStatusFolder / kPublication, kLongest);
  if (!text) return std::nullopt;
  const auto lines = base::split(*text, '\n');
  if (lines.size() != 5 || lines[0].empty() || lines[0] != identity_text(root / kStatusFolder / kStatusFile))
    return std::nullopt;
  const auto folder_time = base::parse_integer(lines[1]);
  const auto commands = base::parse_json(lines[3]);
  if (!folder_time || !commands) return std::nullopt;
  return Publication{*folder_time, commands_in(*commands), lines[2]};
}

}  // namespace ci::delta
