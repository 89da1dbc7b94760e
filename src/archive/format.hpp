#pragma once
// The container: stream header | head frame | tree frames | data frames | manifest frames | trailer (docs/ARCHIVE.md).
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/digest.hpp"
#include "base/result.hpp"

namespace ci::archive {

inline constexpr std::uint32_t kFormatVersion = 1;
inline constexpr std::size_t kStreamHeaderSize = 16;
inline constexpr std::size_t kFrameHeaderSize = 48;                   // the trailer has the same size
inline constexpr std::size_t kFrameRawTarget = std::size_t{2} << 20;  // contents of a frame that the writer aims at
inline constexpr std::size_t kFrameRawLimit = std::size_t{16} << 20;  // what a reader accepts

// In the order in which frames may follow one another.
enum class FrameKind : std::uint32_t { head = 1, tree = 2, data = 3, manifest = 4, trailer = 5 };

struct FrameHeader {
  FrameKind kind = FrameKind::head;
  std::uint32_t index = 0;            // 0 for the head frame, then counting
  std::uint32_t compressed_size = 0;  // bytes that follow the header
  std::uint32_t raw_size = 0;         // bytes after decompression
  base::Sha256Digest digest{};        // SHA-256 of the header's first 16 bytes and the compressed bytes
};

struct Trailer {
  std::uint32_t frames = 0;           // how many frames came before
  std::uint64_t manifest_offset = 0;  // of the first manifest frame, from the start of the stream
  base::Sha256Digest digest{};  // SHA-256 of the stream header, every frame header and the trailer's first 16 bytes
};

// Returns the 16 bytes that open every archive.
std::string stream_header();

// Checks the 16 bytes that open an archive. Error: data, telling another format from another version.
base::Result<void> check_stream_header(std::string_view bytes);

// Returns the 16 bytes of the header that its digest covers.
std::string frame_prefix(const FrameHeader& header);

// Returns the whole 48 bytes.
std::string encode(const FrameHeader& header);

// Returns the kind that 48 bytes begin with. Error: data when there is no such kind.
base::Result<FrameKind> frame_kind(std::string_view bytes);

// Returns the header in 48 bytes, its sizes within the limits. Error: data.
base::Result<FrameHeader> decode_frame_header(std::string_view bytes);

// Returns the 16 bytes of the trailer that the stream's digest covers.
std::string trailer_prefix(const Trailer& trailer);

// Returns the trailer in 48 bytes. Error: data when they are no trailer.
base::Result<Trailer> decode_trailer(std::string_view bytes);

}  // namespace ci::archive
