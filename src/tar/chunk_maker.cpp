#include "tar/chunk_maker.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/text.hpp"
#include "platform/system_error.hpp"
#include "tar/header.hpp"
#include "tar/member_header.hpp"

namespace ci::tar {
namespace {

using archive::Member;
using archive::MemberType;
using archive::ScannedMember;
using base::ErrorKind;
using base::fail;
using platform::system_error;

constexpr std::size_t kChunk = std::size_t{2} << 20;
constexpr std::size_t kRecord = 20 * kBlock;  // what tar pads an archive to

std::uint64_t bytes_in_archive(const Member& member) {
  return 3 * kBlock + member.size + padding_after(member.size);
}

AnyCompressor compressor_for(Compression compression, archive::Level level) {
  if (compression == Compression::gzip) return GzipCompressor();
  return archive::ZstdCompressor(std::move(level), archive::FrameChecksum::add);
}

tl::unexpected<base::Error> changed(const Member& member) {
  return fail(ErrorKind::io,
              fmt::format("cannot archive {}: it changed while it was read", base::valid_utf8(member.path)));
}

// Whether `descriptor` still is the file that was scanned.
bool is_same(int descriptor, const archive::FileState& state) {
  struct stat status {};
  return ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) && archive::file_state(status) == state;
}

}  // namespace

std::vector<ChunkPlan> plan_chunks(const std::vector<ScannedMember>& members) {
  std::vector<ChunkPlan> plans;
  ChunkPlan whole;
  std::uint64_t bytes = 0;
  const auto close = [&](std::size_t next) {
    if (whole.count > 0) plans.push_back(whole);
    whole = {.first = next};
    bytes = 0;
  };
  for (std::size_t i = 0; i < members.size(); ++i) {
    const Member& member = members[i].member;
    if (bytes + bytes_in_archive(member) > kChunk) close(i);
    if (member.size <= kChunk) {
      bytes += bytes_in_archive(member);
      ++whole.count;
      continue;
    }
    for (std::uint64_t offset = 0; offset < member.size; offset += kChunk) {
      plans.push_back({i, 1, offset, static_cast<std::size_t>(std::min<std::uint64_t>(kChunk, member.size - offset))});
    }
    close(i + 1);
  }
  close(members.size());
  return plans;
}

ChunkMaker::ChunkMaker(const MemberList& list, const std::vector<archive::ConfinedFolder>& folders,
                       Compression compression, archive::Level level)
    : list_(list),
      cursors_(folders.begin(), folders.end()),
      compressor_(compressor_for(compression, std::move(level))) {}

base::Result<MadeChunk> ChunkMaker::make(const ChunkPlan& plan) {
  used_ = 0;
  for (std::size_t i = plan.first; i < plan.first + plan.count; ++i) {
    const ScannedMember& scanned = list_.members[i];
    if (plan.offset == 0) add_header(scanned.member);
    const std::uint64_t length = plan.length > 0 ? plan.length : scanned.member.size;
    if (length == 0 && scanned.member.type != MemberType::file) continue;
    if (auto good = add_contents(scanned, plan.offset, static_cast<std::size_t>(length)); !good) {
      return fail(good.error());
    }
    if (plan.offset + length < scanned.member.size) continue;
    const std::size_t padding = padding_after(scanned.member.size);
    std::memset(extend(padding), 0, padding);
  }
  return compress();
}

base::Result<MadeChunk> ChunkMaker::make_end(std::uint64_t bytes) {
  const std::uint64_t rest = (bytes + 2 * kBlock) % kRecord;
  const std::size_t zeros = 2 * kBlock + static_cast<std::size_t>((kRecord - rest) % kRecord);
  used_ = 0;
  std::memset(extend(zeros), 0, zeros);
  return compress();
}

void ChunkMaker::add_header(const Member& member) {
  const std::string& prefix = list_.prefixes[member.root];
  const std::string target = member.type == MemberType::hard_link ? prefix + member.target : member.target;
  header_.clear();
  append_header(member, prefix + member.path, target, header_);
  std::memcpy(extend(header_.size()), header_.data(), header_.size());
}

base::Result<void> ChunkMaker::add_contents(const ScannedMember& scanned, std::uint64_t offset, std::size_t length) {
  const Member& member = scanned.member;
  const auto parent = cursors_[member.root].folder(archive::parent_of(member.path));
  if (!parent) return fail(system_error("cannot open the folder of", member.path, parent.error()));
  const platform::FileDescriptor file(
      ::openat(*parent, std::string(archive::name_in_parent(member.path)).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file) return fail(system_error("cannot open", member.path, errno));
  char* to = extend(length);
  for (std::size_t done = 0; done < length;) {
    const ssize_t count = ::pread(file.get(), to + done, length - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(system_error("cannot read", member.path, errno));
    if (count == 0) return changed(member);
    done += static_cast<std::size_t>(count);
  }
  if (!is_same(file.get(), scanned.state)) return changed(member);
  return {};
}

char* ChunkMaker::extend(std::size_t count) {
  if (raw_.size() < used_ + count) raw_.resize(std::max(used_ + count, raw_.size() + kChunk));
  char* const place = raw_.data() + used_;
  used_ += count;
  return place;
}

base::Result<MadeChunk> ChunkMaker::compress() {
  const std::string_view raw = std::string_view(raw_).substr(0, used_);
  const auto compressed = std::visit([&](auto& compressor) { return compressor.compress(raw); }, compressor_);
  if (!compressed) return fail(compressed.error());
  return MadeChunk{std::string(*compressed), used_};
}

}  // namespace ci::tar
