#pragma once
// Records read from files that somebody names.
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "history/record.hpp"

namespace ci::history {

struct RecordFiles {
  std::vector<Record> records;        // newest first, each id once
  std::vector<std::string> left_out;  // what of a folder is no record, and why
  std::size_t older = 0;              // how many files of folders were not read, since `most` are newer
};

// Returns the records of `paths`: of a file, which must be one; of a folder, which may be that of a file: history
// store, the `most` that were written last. Error: io or permission, naming the path; data when a named file is no
// record, or when there is none at all.
base::Result<RecordFiles> read_record_files(const std::vector<std::filesystem::path>& paths, std::size_t most = 1000);

}  // namespace ci::history
