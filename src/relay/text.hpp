#pragma once
// Strings that end with NUL, without a C library.
#include <cstddef>

namespace ci::relay {

inline std::size_t length(const char* text) {
  std::size_t count = 0;
  while (text[count] != '\0') ++count;
  return count;
}

inline bool equal(const char* a, const char* b) {
  while (*a != '\0' && *a == *b) ++a, ++b;
  return *a == *b;
}

// Returns what follows the last slash of a path.
inline const char* last_part(const char* path) {
  const char* part = path;
  for (; *path != '\0'; ++path) {
    if (*path == '/') part = path + 1;
  }
  return part;
}

// A string of at most 4095 bytes.
class Text {
 public:
  // Adds `count` bytes. What does not fit makes the whole string unusable.
  Text& add(const char* bytes, std::size_t count) {
    if (count >= sizeof bytes_ - size_) fits_ = false;
    for (std::size_t i = 0; fits_ && i < count; ++i) bytes_[size_++] = bytes[i];
    bytes_[size_] = '\0';
    return *this;
  }
  Text& add(const char* text) { return add(text, length(text)); }

  [[nodiscard]] bool fits() const { return fits_; }
  [[nodiscard]] const char* bytes() const { return bytes_; }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  char bytes_[4096];
  std::size_t size_ = 0;
  bool fits_ = true;
};

}  // namespace ci::relay
