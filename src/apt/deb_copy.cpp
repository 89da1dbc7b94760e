#include "apt/deb_copy.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/digest.hpp"

namespace ci::apt {
namespace {

using base::ErrorKind;
using base::fail;

// Of zstd. Seed 0's list: level 1 is 43 % larger than the archives of the mirror.
constexpr int kLevel = 1;
constexpr std::size_t kPiece = std::size_t{256} << 10;
constexpr char kName[] = "data.tar.zst";
constexpr mode_t kMode = 0644;

tl::unexpected<base::Error> failure(const std::filesystem::path& path) {
  return fail(ErrorKind::io, "cannot write " + path.string() + ": " + std::strerror(errno));
}

}  // namespace

DebCopy::DebCopy(platform::FileDescriptor original, std::filesystem::path target)
    : original_(std::move(original)), target_(std::move(target)), stream_(kLevel), out_(kPiece) {}

DebCopy::~DebCopy() {
  if (!unfinished_.empty()) ::unlink(unfinished_.c_str());
}

base::Result<std::unique_ptr<DebCopy>> DebCopy::begin(int original, const DebMember& data,
                                                      const std::filesystem::path& target) {
  std::unique_ptr<DebCopy> copy(new DebCopy(platform::FileDescriptor(::fcntl(original, F_DUPFD_CLOEXEC, 0)), target));
  if (auto started = copy->start(data); !started) return fail(started.error());
  return copy;
}

base::Result<void> DebCopy::start(const DebMember& data) {
  auto unfinished = target_.parent_path() / ("." + target_.filename().string());
  file_ = platform::FileDescriptor(::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kMode));
  if (!file_) return failure(unfinished);
  unfinished_ = std::move(unfinished);
  if (::fchmod(file_.get(), kMode) != 0) return failure(unfinished_);
  header_ = data.header;
  for (std::int64_t at = 0; at < header_;) {
    const auto bytes = read_at(original_.get(), at, std::min(kPiece, static_cast<std::size_t>(header_ - at)));
    if (!bytes) return fail(bytes.error());
    if (bytes->empty()) return fail(ErrorKind::io, "the archive ends too early");
    if (auto written = write(std::as_bytes(std::span(*bytes))); !written) return written;
    at += static_cast<std::int64_t>(bytes->size());
  }
  const std::string room(kArHeaderSize, ' ');  // for the header, which says the size
  return write(std::as_bytes(std::span(room)));
}

base::Result<void> DebCopy::append(std::span<const std::byte> contents) {
  return compress(contents, base::ZstdStream::More::follows);
}

base::Result<void> DebCopy::compress(std::span<const std::byte> contents, base::ZstdStream::More more) {
  for (;;) {
    std::span<std::byte> room(out_);
    const auto done = stream_.step(contents, room, more);
    if (!done) return fail(done.error());
    const auto made = out_.size() - room.size();
    if (auto written = write(std::span<const std::byte>(out_).first(made)); !written) return written;
    size_ += static_cast<std::int64_t>(made);
    if (*done) return {};
  }
}

base::Result<void> DebCopy::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto count = ::write(file_.get(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failure(target_);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return {};
}

base::Result<std::string> DebCopy::commit() {
  if (auto ended = compress({}, base::ZstdStream::More::ended); !ended) return fail(ended.error());
  const std::byte padding{'\n'};
  if (size_ % 2 != 0) {
    if (auto written = write(std::span(&padding, 1)); !written) return fail(written.error());
  }
  const auto header = ar_header(kName, size_);
  if (::pwrite(file_.get(), header.data(), header.size(), header_) != static_cast<ssize_t>(header.size())) {
    return failure(target_);
  }
  auto digest = original_digest();
  if (!digest) return digest;
  if (::rename(unfinished_.c_str(), target_.c_str()) != 0) return failure(target_);
  unfinished_.clear();
  return digest;
}

base::Result<std::string> DebCopy::original_digest() const {
  base::Sha256 digest;
  for (std::int64_t at = 0;;) {
    const auto bytes = read_at(original_.get(), at, kPiece);
    if (!bytes) return fail(bytes.error());
    digest.update(*bytes);
    at += static_cast<std::int64_t>(bytes->size());
    if (bytes->size() < kPiece) return base::hex(digest.finish());
  }
}

}  // namespace ci::apt
