#pragma once
// One step of a restore in its journal (restore_journal.hpp).
#include <sys/stat.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ci::delta {

// Which file a path named at some time; all 0 when nothing.
struct FileIdentity {
  std::int64_t device = 0, inode = 0;
  std::int64_t modified = 0;  // nanoseconds since 1970
  bool operator==(const FileIdentity&) const = default;
};

FileIdentity identity_of(const struct stat& status);

struct JournalRecord {
  enum class Step : char {
    added = 'A',            // nothing was there
    replaced = 'R',         // a file or link was, and is in the mark now as file_in_mark(kept)
    replaced_folder = 'D',  // an empty folder was
  };
  Step step = Step::added;
  unsigned kept = 0;
  std::uint32_t mode = 0, uid = 0, gid = 0;  // of the folder
  FileIdentity next{};                       // what came in its place
  std::string path;                          // relative to the root
};

// The name that a file has in the mark as the `number`th that was kept.
std::string file_in_mark(unsigned number);

// One line without an end: a path may have any byte but NUL.
std::string encode(const JournalRecord& record);

// Nothing when it is no record.
std::optional<JournalRecord> decode_journal_record(std::string_view text);

}  // namespace ci::delta
