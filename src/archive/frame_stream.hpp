#pragma once
// Frames, one after the other: sealed and sent on one side, received and opened on the other.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "archive/byte_stream.hpp"
#include "archive/format.hpp"
#include "archive/zstd_codec.hpp"

namespace ci::archive {

// What makes frames: a compressor and a digest; one for each thread.
class FrameSealer {
 public:
  explicit FrameSealer(Level level) : compressor_(std::move(level)) {}
  // Returns the bytes of frame `index`: header and `raw` compressed. Error: bug.
  base::Result<std::string> seal(FrameKind kind, std::size_t index, std::string_view raw);

 private:
  ZstdCompressor compressor_;
  base::Sha256 digest_;
};

// A frame as it arrived; nothing of it has been verified but the limits of its sizes.
struct Frame {
  FrameHeader header;
  std::string compressed{};
};

// Reads what follows a frame's header, given in 48 bytes, from `source`. Error: data, and the source's own.
base::Result<Frame> read_frame(std::string_view header_bytes, ByteSource& source);

// What verifies and decompresses frames; one for each thread.
class FrameOpener {
 public:
  // Returns the contents of `frame`, borrowed until the next call. The digest is checked before anything is
  // decompressed. Error: data.
  base::Result<std::string_view> open(const Frame& frame);

 private:
  ZstdDecompressor decompressor_;
  base::Sha256 digest_;
};

// Sends an archive's frames in order, and the stream header before and the trailer after them.
class FrameSender {
 public:
  explicit FrameSender(ByteSink& sink) : sink_(sink) {}
  base::Result<void> start();
  // Sends a sealed frame, whose index must be next_index().
  base::Result<void> send(std::string_view sealed);
  // Sends the trailer. Returns the stream's digest, which names the whole archive.
  base::Result<base::Sha256Digest> finish();

  [[nodiscard]] std::size_t next_index() const { return frames_; }
  // Bytes sent so far.
  [[nodiscard]] std::uint64_t offset() const { return offset_; }

 private:
  ByteSink& sink_;
  base::Sha256 stream_digest_;
  std::uint32_t frames_ = 0;
  std::uint64_t offset_ = 0;
  std::uint64_t manifest_offset_ = 0;
};

// Receives an archive's frames in order and checks what concerns the stream as a whole: the order of kinds, that no
// frame is missing, the trailer, that nothing follows.
class FrameReceiver {
 public:
  explicit FrameReceiver(ByteSource& source) : source_(source) {}
  // Reads the stream header. Error: data, and the source's own.
  base::Result<void> start();
  // Returns the next frame, or nothing after a good trailer at the end of the source. Error: data, and the source's
  // own.
  base::Result<std::optional<Frame>> next();

  [[nodiscard]] const base::Sha256Digest& stream_digest() const { return trailer_.digest; }
  [[nodiscard]] std::uint64_t offset() const { return offset_; }

 private:
  base::Result<void> check_order(const FrameHeader& header);
  base::Result<void> check_end(std::string_view bytes);

  ByteSource& source_;
  base::Sha256 stream_digest_;
  FrameKind last_ = FrameKind::head;
  std::uint32_t frames_ = 0;
  std::uint64_t offset_ = 0;
  std::uint64_t manifest_offset_ = 0;
  Trailer trailer_;
};

}  // namespace ci::archive
