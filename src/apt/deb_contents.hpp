#pragma once
// The decompressed contents of a member of a .deb, piece by piece.
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "apt/deb_archive.hpp"
#include "platform/file_descriptor.hpp"

namespace ci::apt {

class DebContents {
 public:
  // Opens the member data.tar* of the archive at `path`. Error: io, and those of find_data_member().
  static base::Result<DebContents> open(const std::filesystem::path& path);
  // The member `member` of an archive that is open.
  DebContents(platform::FileDescriptor file, const DebMember& member);

  // Fills the front of `room` with what comes next and returns how many bytes that were: less than all of it only at
  // the end. Error: data, io.
  base::Result<std::size_t> read(std::span<std::byte> room);

  [[nodiscard]] int descriptor() const { return file_.get(); }
  [[nodiscard]] const DebMember& member() const { return member_; }

 private:
  platform::FileDescriptor file_;
  DebMember member_;
  std::unique_ptr<base::Decompressor> decompressor_;
  std::vector<std::byte> input_;
  std::span<const std::byte> in_;  // of input_, not yet decompressed
  std::int64_t position_ = 0;      // in the file, of what comes after input_
  bool finished_ = false;
};

}  // namespace ci::apt
