#include "archive/reader.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <span>

#include "archive/extraction.hpp"
#include "archive/manifest.hpp"
#include "platform/system_error.hpp"

namespace ci::archive {
namespace {

using base::ErrorKind;
using base::fail;
using platform::system_error;

// Reads a part of a file.
class FilePart final : public ByteSource {
 public:
  FilePart(int descriptor, std::uint64_t start, std::uint64_t end) : descriptor_(descriptor), at_(start), end_(end) {}
  base::Result<std::size_t> read(std::span<char> buffer) override {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), end_ - at_));
    while (wanted > 0) {
      const ssize_t count = ::pread(descriptor_, buffer.data(), wanted, static_cast<off_t>(at_));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return fail(system_error("cannot read the archive", errno));
      at_ += static_cast<std::uint64_t>(count);
      return static_cast<std::size_t>(count);
    }
    return 0;
  }
  [[nodiscard]] bool at_end() const { return at_ == end_; }

 private:
  int descriptor_;
  std::uint64_t at_;
  std::uint64_t end_;
};

// Reads the 48 bytes of a frame's header or of the trailer. Error: data.
base::Result<std::string> read_header(ByteSource& source) {
  std::string bytes(kFrameHeaderSize, '\0');
  if (auto good = read_whole(source, bytes); !good) return fail(good.error());
  return bytes;
}

base::Result<Trailer> read_trailer(int descriptor, std::uint64_t size) {
  if (size < kStreamHeaderSize + kFrameHeaderSize) return fail(ErrorKind::data, "the archive ends early");
  FilePart source(descriptor, size - kFrameHeaderSize, size);
  const auto bytes = read_header(source);
  if (!bytes) return fail(bytes.error());
  return decode_trailer(*bytes);
}

base::Result<std::vector<Member>> read_manifest_part(FilePart& source, std::uint32_t frames, std::size_t roots) {
  std::vector<Member> members;
  ManifestReader manifest(roots);
  FrameOpener opener;
  std::optional<std::uint32_t> last;
  while (!source.at_end()) {
    const auto header = read_header(source);
    if (!header) return fail(header.error());
    auto frame = read_frame(*header, source);
    if (!frame) return fail(frame.error());
    if (frame->header.kind != FrameKind::manifest || (last && frame->header.index != *last + 1)) {
      return fail(ErrorKind::data, "the archive is damaged: its manifest is not where the trailer says");
    }
    last = frame->header.index;
    auto raw = opener.open(*frame);
    if (!raw) return fail(raw.error());
    auto good = manifest.read(*raw, [&](Member member) { members.push_back(std::move(member)); });
    if (!good) return fail(good.error());
  }
  if (!last || *last + 1 != frames)
    return fail(ErrorKind::data, "the archive is damaged: a part of its manifest is missing");
  return members;
}

}  // namespace

base::Result<Head> ArchiveReader::read_head() {
  if (auto good = receiver_.start(); !good) return fail(good.error());
  auto frame = receiver_.next();
  if (!frame) return fail(frame.error());
  if (!*frame) return fail(ErrorKind::data, "the archive is damaged: it has no head");
  FrameOpener opener;
  auto raw = opener.open(**frame);
  if (!raw) return fail(raw.error());
  auto head = decode_head(*raw);
  if (!head) return head;
  head_ = *head;
  return head;
}

base::Result<ExtractSummary> ArchiveReader::extract(const std::vector<TargetRoot>& targets,
                                                    const ExtractOptions& options) {
  auto folders = TargetFolders::open(head_.roots, targets, options.place);
  if (!folders) return fail(folders.error());
  Extraction extraction(*folders, options);
  while (true) {
    auto frame = receiver_.next();
    if (!frame) return fail(frame.error());
    if (!*frame) break;
    if (auto good = extraction.take(std::move(**frame)); !good) return fail(good.error());
  }
  auto summary = extraction.finish();
  if (!summary) return summary;
  summary->archive_bytes = receiver_.offset();
  summary->digest = receiver_.stream_digest();
  return summary;
}

base::Result<std::vector<Member>> ArchiveReader::read_manifest() {
  std::vector<Member> members;
  ManifestReader manifest(head_.roots.size());
  FrameOpener opener;
  while (true) {
    auto frame = receiver_.next();
    if (!frame) return fail(frame.error());
    if (!*frame) return members;
    auto raw = opener.open(**frame);
    if (!raw) return fail(raw.error());
    if ((*frame)->header.kind != FrameKind::manifest) continue;
    auto good = manifest.read(*raw, [&](Member member) { members.push_back(std::move(member)); });
    if (!good) return fail(good.error());
  }
}

base::Result<ArchiveListing> read_listing(int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return fail(system_error("cannot examine the archive", errno));
  const auto size = static_cast<std::uint64_t>(status.st_size);
  const auto trailer = read_trailer(descriptor, size);
  if (!trailer) return fail(trailer.error());
  const std::uint64_t end = size - kFrameHeaderSize;
  if (trailer->manifest_offset < kStreamHeaderSize || trailer->manifest_offset > end) {
    return fail(ErrorKind::data, "the archive is damaged: its manifest is not where the trailer says");
  }
  FilePart front(descriptor, 0, trailer->manifest_offset);
  auto head = ArchiveReader(front).read_head();
  if (!head) return fail(head.error());
  FilePart source(descriptor, trailer->manifest_offset, end);
  auto members = read_manifest_part(source, trailer->frames, head->roots.size());
  if (!members) return fail(members.error());
  return ArchiveListing{.head = std::move(*head), .members = std::move(*members)};
}

}  // namespace ci::archive
