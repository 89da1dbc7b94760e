#pragma once
// Where an archive's bytes go to and come from: a file, a network transfer, memory.
#include <cstddef>
#include <span>
#include <string_view>

#include "base/result.hpp"

namespace ci::archive {

class ByteSink {
 public:
  virtual ~ByteSink() = default;
  // Takes all of `bytes`, or says why not: the archive is then given up. A sink that can block has its own deadline.
  virtual base::Result<void> write(std::string_view bytes) = 0;
};

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Fills the front of `buffer` and returns how many bytes that were; 0 only at the end. A source that can block has
  // its own deadline.
  virtual base::Result<std::size_t> read(std::span<char> buffer) = 0;
};

// Writes to a descriptor that it borrows.
class DescriptorSink final : public ByteSink {
 public:
  explicit DescriptorSink(int descriptor) : descriptor_(descriptor) {}
  base::Result<void> write(std::string_view bytes) override;

 private:
  int descriptor_;
};

// Reads from a descriptor that it borrows.
class DescriptorSource final : public ByteSource {
 public:
  explicit DescriptorSource(int descriptor) : descriptor_(descriptor) {}
  base::Result<std::size_t> read(std::span<char> buffer) override;

 private:
  int descriptor_;
};

// Reads what is in memory, borrowed.
class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::string_view bytes) : rest_(bytes) {}
  base::Result<std::size_t> read(std::span<char> buffer) override;

 private:
  std::string_view rest_;
};

// Fills all of `buffer` from `source`. Error: data when it ends early, and the source's own.
base::Result<void> read_whole(ByteSource& source, std::span<char> buffer);

}  // namespace ci::archive
