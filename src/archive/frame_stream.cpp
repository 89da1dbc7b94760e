#include "archive/frame_stream.hpp"

#include <fmt/format.h>

#include <array>

namespace ci::archive {

using base::ErrorKind;
using base::fail;

base::Result<std::string> FrameSealer::seal(FrameKind kind, std::size_t index, std::string_view raw) {
  if (raw.size() > kFrameRawLimit) {
    return fail(ErrorKind::bug, fmt::format("a frame of {} bytes is above the limit", raw.size()));
  }
  auto compressed = compressor_.compress(raw);
  if (!compressed) return fail(compressed.error());
  FrameHeader header{.kind = kind, .index = static_cast<std::uint32_t>(index)};
  header.compressed_size = static_cast<std::uint32_t>(compressed->size());
  header.raw_size = static_cast<std::uint32_t>(raw.size());
  digest_.update(frame_prefix(header));
  digest_.update(*compressed);
  header.digest = digest_.finish();
  std::string bytes;
  bytes.reserve(kFrameHeaderSize + compressed->size());
  bytes.append(encode(header)).append(*compressed);
  return bytes;
}

base::Result<Frame> read_frame(std::string_view header_bytes, ByteSource& source) {
  auto header = decode_frame_header(header_bytes);
  if (!header) return fail(header.error());
  Frame frame{.header = *header, .compressed = std::string(header->compressed_size, '\0')};
  if (auto good = read_whole(source, frame.compressed); !good) return fail(good.error());
  return frame;
}

base::Result<std::string_view> FrameOpener::open(const Frame& frame) {
  digest_.update(frame_prefix(frame.header));
  digest_.update(frame.compressed);
  if (digest_.finish() != frame.header.digest) {
    return fail(ErrorKind::data,
                fmt::format("the archive is damaged: frame {} has another digest", frame.header.index));
  }
  return decompressor_.decompress(frame.compressed, frame.header.raw_size);
}

base::Result<void> FrameSender::start() {
  const std::string header = stream_header();
  stream_digest_.update(header);
  offset_ = header.size();
  return sink_.write(header);
}

base::Result<void> FrameSender::send(std::string_view sealed) {
  auto kind = frame_kind(sealed);
  if (!kind) return fail(kind.error());
  if (*kind == FrameKind::manifest && manifest_offset_ == 0) manifest_offset_ = offset_;
  stream_digest_.update(sealed.substr(0, kFrameHeaderSize));
  offset_ += sealed.size();
  ++frames_;
  return sink_.write(sealed);
}

base::Result<base::Sha256Digest> FrameSender::finish() {
  std::string bytes = trailer_prefix({.frames = frames_, .manifest_offset = manifest_offset_});
  stream_digest_.update(bytes);
  const base::Sha256Digest digest = stream_digest_.finish();
  bytes.append(digest.begin(), digest.end());
  offset_ += bytes.size();
  if (auto sent = sink_.write(bytes); !sent) return fail(sent.error());
  return digest;
}

base::Result<void> FrameReceiver::start() {
  std::array<char, kStreamHeaderSize> bytes{};
  if (auto good = read_whole(source_, bytes); !good) return good;
  const std::string_view header(bytes.data(), bytes.size());
  stream_digest_.update(header);
  offset_ = header.size();
  return check_stream_header(header);
}

base::Result<std::optional<Frame>> FrameReceiver::next() {
  std::array<char, kFrameHeaderSize> bytes{};
  if (auto good = read_whole(source_, bytes); !good) return fail(good.error());
  const std::string_view header_bytes(bytes.data(), bytes.size());
  auto kind = frame_kind(header_bytes);
  if (!kind) return fail(kind.error());
  if (*kind == FrameKind::trailer) {
    if (auto good = check_end(header_bytes); !good) return fail(good.error());
    return std::nullopt;
  }
  auto frame = read_frame(header_bytes, source_);
  if (!frame) return fail(frame.error());
  if (auto good = check_order(frame->header); !good) return fail(good.error());
  stream_digest_.update(header_bytes);
  offset_ += kFrameHeaderSize + frame->compressed.size();
  return std::move(*frame);
}

base::Result<void> FrameReceiver::check_order(const FrameHeader& header) {
  const bool in_order =
      frames_ == 0 ? header.kind == FrameKind::head : header.kind != FrameKind::head && header.kind >= last_;
  if (!in_order || header.index != frames_) {
    return fail(ErrorKind::data, fmt::format("the archive is damaged: frame {} is out of order", frames_));
  }
  if (header.kind == FrameKind::manifest && manifest_offset_ == 0) manifest_offset_ = offset_;
  last_ = header.kind;
  ++frames_;
  return {};
}

base::Result<void> FrameReceiver::check_end(std::string_view bytes) {
  auto trailer = decode_trailer(bytes);
  if (!trailer) return fail(trailer.error());
  trailer_ = *trailer;
  offset_ += bytes.size();
  stream_digest_.update(trailer_prefix(trailer_));
  if (stream_digest_.finish() != trailer_.digest || trailer_.frames != frames_ || manifest_offset_ == 0 ||
      trailer_.manifest_offset != manifest_offset_) {
    return fail(ErrorKind::data, "the archive is damaged: its trailer is about other frames");
  }
  std::array<char, 1> more{};
  auto count = source_.read(more);
  if (!count) return fail(count.error());
  if (*count != 0) return fail(ErrorKind::data, "the archive is damaged: something follows its end");
  return {};
}

}  // namespace ci::archive
