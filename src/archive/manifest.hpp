#pragma once
// Gathers what manifest frames say.
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "archive/data_frame.hpp"
#include "archive/member_order.hpp"

namespace ci::archive {

// Whether the whole manifest is wanted in memory.
enum class KeepManifest : std::uint8_t { no, yes };

// What an archive says of itself, without any contents.
struct ArchiveListing {
  Head head;
  std::vector<Member> members;
};

// What members were seen, to compare what the frames had with what the manifest says.
struct MemberDigest {
  std::uint64_t members = 0;
  base::Sha256 records{};

  void add(std::string_view record) {
    records.update(record);
    ++members;
  }
};

class ManifestReader {
 public:
  explicit ManifestReader(std::size_t roots) : roots_(roots) {}

  // Reads one opened manifest frame, giving each member to `take`. Error: data.
  base::Result<void> read(std::string_view raw, const std::function<void(Member)>& take);

  // What was read so far.
  [[nodiscard]] MemberDigest& seen() { return seen_; }

 private:
  std::size_t roots_;
  MemberOrder order_;
  MemberDigest seen_;
};

}  // namespace ci::archive
