#pragma once
// Reads a tar stream in batches of members that threads can work on.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "archive/byte_stream.hpp"
#include "archive/data_frame.hpp"
#include "tar/declared_places.hpp"
#include "tar/header.hpp"
#include "tar/pax.hpp"

namespace ci::tar {

struct Entry : archive::DataEntry {
  std::uint16_t target_root = 0;  // of a hard link: which declared folder its target is relative to
};

// Members and pieces of files that follow one another. A file above kWhole bytes comes in pieces. The path of a
// declared folder itself is "".
struct Batch {
  std::unique_ptr<char[]> bytes{};  // what the contents are borrowed from
  std::vector<Entry> entries{};
};

class MemberReader {
 public:
  static constexpr std::size_t kBatch = std::size_t{2} << 20;
  static constexpr std::size_t kWhole = std::size_t{512} << 10;

  // `source` gives plain bytes, as much as is asked for but for the end, and `places` maps names; both are borrowed.
  MemberReader(archive::ByteSource& source, const DeclaredPlaces& places) : source_(source), places_(places) {}

  // Returns the next members; nothing at the end of the stream. `used` is a batch whose memory may be used again.
  // Error: data (damaged, cut short, hostile, or a kind of member that is not read), and the source's own.
  base::Result<std::optional<Batch>> next(Batch used);

 private:
  enum class Step : std::uint8_t { taken, more_needed };

  base::Result<Step> take(std::string_view rest, Batch& batch);
  base::Result<Step> take_header(std::string_view rest, Batch& batch);
  base::Result<Step> take_extension(const Header& header, std::string_view rest);
  base::Result<Step> take_member(const Header& header, std::string_view rest, Batch& batch);
  base::Result<Entry> entry_of(const Header& header) const;
  Step take_piece(std::string_view rest, Batch& batch);

  archive::ByteSource& source_;
  const DeclaredPlaces& places_;
  std::string carried_;       // the beginning of a member that was not whole in the last batch
  Extension extension_;       // for the next member
  std::size_t consumed_ = 0;  // by the last step
  archive::Member split_;     // the file whose pieces are coming
  std::uint64_t split_done_ = 0;
  std::uint64_t split_left_ = 0;
  bool ended_ = false;  // a block of zeros was there: only zeros may follow
};

}  // namespace ci::tar
