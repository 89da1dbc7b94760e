#pragma once
// A copy of a .deb that is quick to unpack: everything up to its contents as it was, the contents as zstd of a low
// level.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "apt/deb_archive.hpp"
#include "base/compressor.hpp"
#include "base/result.hpp"
#include "platform/file_descriptor.hpp"

namespace ci::apt {

class DebCopy {
 public:
  // Begins the copy `target` of the archive that `original` has open, whose contents are the member `data`. Error: io.
  static base::Result<std::unique_ptr<DebCopy>> begin(int original, const DebMember& data,
                                                      const std::filesystem::path& target);
  DebCopy(const DebCopy&) = delete;
  DebCopy& operator=(const DebCopy&) = delete;
  // Abandons the copy unless it was committed.
  ~DebCopy();

  // Adds what comes next of the decompressed contents. Error: io (a full disk), environment.
  base::Result<void> append(std::span<const std::byte> contents);

  // Ends the copy and gives it its name. Returns the SHA-256 of the original in hex. Error: io, environment.
  base::Result<std::string> commit();

 private:
  DebCopy(platform::FileDescriptor original, std::filesystem::path target);
  base::Result<void> start(const DebMember& data);
  base::Result<void> compress(std::span<const std::byte> contents, base::ZstdStream::More more);
  base::Result<void> write(std::span<const std::byte> bytes);
  base::Result<std::string> original_digest() const;

  platform::FileDescriptor original_;
  std::filesystem::path target_;
  std::filesystem::path unfinished_;  // "" once it has its name
  platform::FileDescriptor file_;
  base::ZstdStream stream_;
  std::vector<std::byte> out_;
  std::int64_t header_ = 0;  // offset of the header of the contents
  std::int64_t size_ = 0;    // of the contents, compressed
};

}  // namespace ci::apt
