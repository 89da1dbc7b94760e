#include "apt/deb_contents.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "base/text.hpp"

namespace ci::apt {
namespace {

using base::ErrorKind;
using base::fail;
using platform::FileDescriptor;

constexpr std::size_t kInput = std::size_t{256} << 10;

base::Result<FileDescriptor> open_archive(const std::filesystem::path& path) {
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return fail(ErrorKind::io, "cannot open " + path.string() + ": " + std::strerror(errno));
  return file;
}

}  // namespace

DebContents::DebContents(FileDescriptor file, const DebMember& member)
    : file_(std::move(file)),
      member_(member),
      decompressor_(base::make_decompressor(member.compression)),
      input_(kInput),
      position_(member.offset) {}

base::Result<DebContents> DebContents::open(const std::filesystem::path& path) {
  auto file = open_archive(path);
  if (!file) return fail(file.error());
  const auto member = find_data_member(file->get());
  if (!member) return fail(member.error());
  return DebContents(std::move(*file), *member);
}

base::Result<std::size_t> DebContents::read(std::span<std::byte> room) {
  const std::size_t size = room.size();
  const std::int64_t end = member_.offset + member_.size;
  while (!room.empty() && !finished_) {
    if (in_.empty() && position_ < end) {
      const auto wanted = std::min<std::size_t>(input_.size(), static_cast<std::size_t>(end - position_));
      const auto count = ::pread(file_.get(), input_.data(), wanted, position_);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return fail(ErrorKind::io, "the archive ends too early");
      in_ = {input_.data(), static_cast<std::size_t>(count)};
      position_ += count;
    }
    const auto state = decompressor_->step(in_, room);
    if (!state) return fail(state.error());
    finished_ = *state == base::Decompressor::State::finished;
  }
  return size - room.size();
}

}  // namespace ci::apt
