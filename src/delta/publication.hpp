#pragma once
// A record beside dpkg's status file of which file a restore is about to put in its place, and of what is to be done
// then: the commands that follow the files. A restore that is killed once the file is there has succeeded; whoever
// comes next does the rest (unfinished_restore.hpp).
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "delta/commands.hpp"

namespace ci::delta {

// The record's name in dpkg's folder.
inline constexpr char kPublication[] = "ci-optimizer-published";

struct Publication {
  std::int64_t folder_time = 0;  // that dpkg's folder is to have: nanoseconds since 1970
  Commands commands;             // each may be run again
  std::string mark;              // the restore's folder beside the status file: its name
};

// Writes down that the file "status" in the publication's mark is about to become dpkg's status file below `root`, and
// what is to be done then. Without a record, when it cannot be written, what a kill leaves stays.
void announce(const Publication& publication, const std::filesystem::path& root);

// Returns the record, when it is about the status file that is there now. Nothing when there is none, the file was
// never put in place, or dpkg has written another one since.
std::optional<Publication> read_publication(const std::filesystem::path& root);

}  // namespace ci::delta
