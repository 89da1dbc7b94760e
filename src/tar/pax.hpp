#pragma once
// pax extended headers: records before a member that replace fields of its header (POSIX.1-2017, pax, "pax Extended
// Header").
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace ci::tar {

// What the next member's extended header says. Times of reading and changing, names of owners, character sets,
// comments and extended attributes are passed over.
struct Extension {
  std::optional<std::string> path{};
  std::optional<std::string> link{};
  std::optional<std::uint64_t> size{};
  std::optional<std::uint64_t> uid{};
  std::optional<std::uint64_t> gid{};
  std::optional<std::int64_t> mtime{};  // nanoseconds since 1970
};

// Reads the records of an 'x' member into `extension`. Error: data: damaged, or about a sparse file, which is not read.
base::Result<void> decode_records(std::string_view records, Extension& extension);

// Checks the records of a 'g' member, which hold for all that follow: only comments are accepted. Error: data.
base::Result<void> check_global_records(std::string_view records);

// Returns the record of one keyword: "LENGTH KEYWORD=VALUE\n".
std::string encode_record(std::string_view keyword, std::string_view value);

// Returns nanoseconds as pax writes a time: seconds, with as many digits after the point as are needed.
std::string encode_time(std::int64_t nanoseconds);

}  // namespace ci::tar
