#pragma once
// A file without a name, to put aside what memory has no room for.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>

#include "platform/file_descriptor.hpp"

namespace ci::apt {

class SpoolFile {
 public:
  // Takes at most `bytes`, and at most a quarter of what is free in `folder`; nothing when no file can be made there.
  SpoolFile(const std::filesystem::path& folder, std::size_t bytes);

  // Takes room for `size` bytes. Returns where they go, nothing when there is no more room. Room is never given back.
  std::optional<std::int64_t> reserve(std::size_t size);

  // Any threads may write and read what they have reserved. Return whether all of it was.
  bool write(std::int64_t at, std::span<const std::byte> bytes) const;
  bool read(std::int64_t at, std::span<std::byte> bytes) const;

  [[nodiscard]] bool is_full() const { return used_ >= limit_; }
  // No more room from now on.
  void close() { limit_ = 0; }

 private:
  platform::FileDescriptor file_;
  std::uint64_t limit_ = 0;
  std::uint64_t used_ = 0;
};

}  // namespace ci::apt
