#pragma once
// Little-endian numbers and length-prefixed bytes, written to a string and read back with every bound checked.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ci::archive {

// Appends the `bytes` low bytes of `value` to `out`, lowest first.
inline void put(std::string& out, std::uint64_t value, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; ++i) out.push_back(static_cast<char>((value >> (8 * i)) & 0xFF));
}

// Appends the length of `text` in `bytes` bytes, then `text`.
inline void put_text(std::string& out, std::string_view text, std::size_t bytes) {
  put(out, text.size(), bytes);
  out.append(text);
}

// Reads from the front of a buffer. Once anything was missing, failed() stays true and every answer is 0 or empty.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  // The next `bytes` bytes (at most 8) as a number.
  std::uint64_t number(std::size_t bytes) {
    const std::string_view piece = take(bytes);
    std::uint64_t value = 0;
    for (std::size_t i = piece.size(); i > 0; --i) value = (value << 8) | static_cast<unsigned char>(piece[i - 1]);
    return value;
  }

  // The next `count` bytes, borrowed from the buffer.
  std::string_view take(std::uint64_t count) {
    if (failed_ || count > rest_.size()) {
      failed_ = true;
      return {};
    }
    const std::string_view piece = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return piece;
  }

  // Bytes after a length of `bytes` bytes, borrowed from the buffer.
  std::string_view text(std::size_t bytes) { return take(number(bytes)); }

  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace ci::archive
