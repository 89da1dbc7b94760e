#include "archive/format.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "archive/byte_codec.hpp"

namespace ci::archive {
namespace {

using base::ErrorKind;
using base::fail;

// The first byte is no text, the line ends show a transfer that rewrote them (as in PNG).
constexpr std::string_view kMagic(
    "\x89"
    "CIA\r\n\x1A\n",
    8);

base::Sha256Digest digest_of(std::string_view bytes) {
  base::Sha256Digest digest{};
  std::copy(bytes.begin(), bytes.end(), digest.begin());
  return digest;
}

void put_digest(std::string& out, const base::Sha256Digest& digest) {
  out.append(digest.begin(), digest.end());
}

}  // namespace

std::string stream_header() {
  std::string bytes(kMagic);
  put(bytes, kFormatVersion, 4);
  put(bytes, 0, 4);
  return bytes;
}

base::Result<void> check_stream_header(std::string_view bytes) {
  ByteReader reader(bytes);
  if (reader.take(kMagic.size()) != kMagic) return fail(ErrorKind::data, "this is no ci-optimizer archive");
  const auto version = reader.number(4);
  if (version != kFormatVersion) {
    return fail(ErrorKind::data, fmt::format("the archive has format version {}, this program reads version {}",
                                             version, kFormatVersion));
  }
  if (bytes != stream_header()) return fail(ErrorKind::data, "the archive's header is damaged");
  return {};
}

std::string frame_prefix(const FrameHeader& header) {
  std::string bytes;
  put(bytes, static_cast<std::uint32_t>(header.kind), 4);
  put(bytes, header.index, 4);
  put(bytes, header.compressed_size, 4);
  put(bytes, header.raw_size, 4);
  return bytes;
}

std::string encode(const FrameHeader& header) {
  std::string bytes = frame_prefix(header);
  put_digest(bytes, header.digest);
  return bytes;
}

base::Result<FrameKind> frame_kind(std::string_view bytes) {
  const auto number = ByteReader(bytes).number(4);
  if (number < static_cast<std::uint32_t>(FrameKind::head) || number > static_cast<std::uint32_t>(FrameKind::trailer)) {
    return fail(ErrorKind::data, fmt::format("the archive is damaged: no frame kind has the number {}", number));
  }
  return static_cast<FrameKind>(number);
}

base::Result<FrameHeader> decode_frame_header(std::string_view bytes) {
  auto kind = frame_kind(bytes);
  if (!kind) return fail(kind.error());
  ByteReader reader(bytes);
  reader.number(4);
  FrameHeader header{.kind = *kind};
  header.index = static_cast<std::uint32_t>(reader.number(4));
  header.compressed_size = static_cast<std::uint32_t>(reader.number(4));
  header.raw_size = static_cast<std::uint32_t>(reader.number(4));
  const std::string_view digest = reader.take(base::kSha256Size);
  if (reader.failed()) return fail(ErrorKind::data, "the archive is damaged: a frame header is cut");
  header.digest = digest_of(digest);
  // A frame that does not shrink grows by less than 1 % and 1 KiB (ZSTD_compressBound).
  const std::size_t compressed_limit = kFrameRawLimit + kFrameRawLimit / 100 + 1024;
  if (header.raw_size > kFrameRawLimit || header.compressed_size > compressed_limit) {
    return fail(ErrorKind::data, fmt::format("the archive is damaged: frame {} claims {} bytes, {} compressed",
                                             header.index, header.raw_size, header.compressed_size));
  }
  return header;
}

std::string trailer_prefix(const Trailer& trailer) {
  std::string bytes;
  put(bytes, static_cast<std::uint32_t>(FrameKind::trailer), 4);
  put(bytes, trailer.frames, 4);
  put(bytes, trailer.manifest_offset, 8);
  return bytes;
}

base::Result<Trailer> decode_trailer(std::string_view bytes) {
  ByteReader reader(bytes);
  const auto kind = reader.number(4);
  Trailer trailer;
  trailer.frames = static_cast<std::uint32_t>(reader.number(4));
  trailer.manifest_offset = reader.number(8);
  const std::string_view digest = reader.take(base::kSha256Size);
  if (reader.failed() || kind != static_cast<std::uint32_t>(FrameKind::trailer)) {
    return fail(ErrorKind::data, "the archive is damaged: it does not end with a trailer");
  }
  trailer.digest = digest_of(digest);
  return trailer;
}

}  // namespace ci::archive
