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
constexpr std::size_t kLargestControl = std::size_t{64} << 20;  // of all of control.tar; md5sums and scripts are in it
constexpr std::size_t kBlock = 512;                             // tar(5)
constexpr std::size_t kNameSize = 100;
constexpr std::size_t kSizeOffset = 124, kSizeSize = 12;

base::Result<FileDescriptor> open_archive(const std::filesystem::path& path) {
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return fail(ErrorKind::io, "cannot open " + path.string() + ": " + std::strerror(errno));
  return file;
}

// The contents of the file `control` in a tar archive, or nothing.
std::string_view control_in(std::string_view tar) {
  for (std::size_t at = 0; at + kBlock <= tar.size();) {
    const auto name = std::string_view(tar.data() + at, ::strnlen(tar.data() + at, kNameSize));
    std::size_t size = 0;
    for (const char digit : tar.substr(at + kSizeOffset, kSizeSize)) {
      if (digit >= '0' && digit <= '7') size = size * 8 + static_cast<std::size_t>(digit - '0');
    }
    if (size > tar.size() - at - kBlock) break;
    if (name == "./control" || name == "control") return tar.substr(at + kBlock, size);
    at += kBlock + (size + kBlock - 1) / kBlock * kBlock;
  }
  return {};
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

base::Result<std::string> read_control(const std::filesystem::path& path) {
  auto file = open_archive(path);
  if (!file) return fail(file.error());
  const auto member = find_control_member(file->get());
  if (!member) return fail(member.error());
  DebContents contents(std::move(*file), *member);
  std::string tar;
  std::size_t count = 0;
  do {
    const auto before = tar.size();
    if (before > kLargestControl) return fail(ErrorKind::data, "the control data is too large");
    tar.resize(before + kInput);
    auto read = contents.read(std::as_writable_bytes(std::span(tar).subspan(before)));
    if (!read) return fail(read.error());
    count = *read;
    tar.resize(before + count);
  } while (count == kInput);
  const auto control = control_in(tar);
  if (control.empty()) return fail(ErrorKind::data, "the archive has no control file");
  return std::string(control);
}

}  // namespace ci::apt
