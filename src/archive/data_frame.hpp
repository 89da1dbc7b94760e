#pragma once
// What is inside tree, data and manifest frames (docs/ARCHIVE.md).
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "archive/member.hpp"

namespace ci::archive {

// A member of a tree or data frame, with its contents or, of a file that several frames share, a piece of them.
struct DataEntry {
  Member member;
  std::uint64_t offset = 0;     // of `contents` in the file
  std::string_view contents{};  // borrowed from the frame
  std::string_view record{};    // the member as it is encoded, borrowed from the frame
};

// Appends an entry of the index that follows the contents of a tree or data frame.
void encode_entry(const Member& member, std::uint64_t offset, std::uint32_t length, std::string& index);

// Appends the index of `count` entries, and its length, to the contents in `raw`.
void append_index(std::string_view index, std::size_t count, std::string& raw);

// Returns the entries of a whole tree or data frame. Error: data.
base::Result<std::vector<DataEntry>> decode_entries(std::string_view raw);

// Appends a manifest's entry: an encoded member and its digest.
void encode_manifest_entry(std::string_view record, const base::Sha256Digest& digest, std::string& out);

// Reads one manifest entry: a member with its digest; `record` becomes its encoded form, borrowed. Error: data.
base::Result<Member> decode_manifest_entry(ByteReader& reader, std::string_view& record);

// What the head frame holds.
struct Head {
  std::vector<std::string> roots{};  // names by which writer and reader mean the same folder
  std::string text{};                // the caller's own
};

std::string encode(const Head& head);
// Error: data.
base::Result<Head> decode_head(std::string_view raw);

}  // namespace ci::archive
