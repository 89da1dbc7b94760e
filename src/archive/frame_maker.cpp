#include "archive/frame_maker.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "archive/data_frame.hpp"
#include "archive/xattrs.hpp"
#include "base/text.hpp"
#include "platform/system_error.hpp"

namespace ci::archive {
namespace {

using base::ErrorKind;
using base::fail;
using platform::system_error;

constexpr std::size_t kFirstRawTarget = std::size_t{128} << 10;  // of the first frame: it is on its way early

// About what a member takes besides its contents.
std::size_t index_weight(const Member& member) {
  return 64 + member.path.size() + member.target.size();
}

tl::unexpected<base::Error> changed(const Member& member) {
  return fail(ErrorKind::io,
              fmt::format("cannot archive {}: it changed while it was read", base::valid_utf8(member.path)));
}

// Whether `descriptor` still is the file that was scanned.
bool is_same(int descriptor, const FileState& state) {
  struct stat status {};
  return ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) && file_state(status) == state;
}

}  // namespace

bool SharedDigest::add(std::uint64_t offset, std::string_view bytes) {
  std::unique_lock lock(mutex_);
  // Pieces are begun in their order, so the one that is waited for is being made by another thread.
  changed_.wait(lock, [&] { return given_up_ || next_ == offset; });
  if (given_up_) return false;
  digest_.update(bytes);
  next_ += bytes.size();
  changed_.notify_all();
  return true;
}

void SharedDigest::give_up() {
  const std::lock_guard lock(mutex_);
  given_up_ = true;
  changed_.notify_all();
}

std::vector<FramePlan> plan_frames(const std::vector<ScannedMember>& files, std::size_t first_index) {
  std::vector<FramePlan> plans;
  FramePlan batch{.index = first_index};
  std::size_t weight = 0;
  const auto close_batch = [&](std::size_t next) {
    if (batch.count > 0) plans.push_back(batch);
    batch = {.index = first_index + plans.size(), .first = next};
    weight = 0;
  };
  for (std::size_t i = 0; i < files.size(); ++i) {
    const Member& member = files[i].member;
    if (member.size > kFrameRawTarget) {
      close_batch(i);
      const auto digest = std::make_shared<SharedDigest>();  // shared by the threads that make the pieces
      for (std::uint64_t offset = 0; offset < member.size; offset += kFrameRawTarget) {
        const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(kFrameRawTarget, member.size - offset));
        plans.push_back({first_index + plans.size(), i, 1, offset, length, digest});
      }
      close_batch(i + 1);
      continue;
    }
    const std::size_t more = static_cast<std::size_t>(member.size) + index_weight(member);
    if (weight + more > (plans.empty() ? kFirstRawTarget : kFrameRawTarget)) close_batch(i);
    weight += more;
    ++batch.count;
  }
  close_batch(files.size());
  return plans;
}

FrameMaker::FrameMaker(const std::vector<ScannedMember>& files, const std::vector<ConfinedFolder>& folders, Level level,
                       Xattrs xattrs)
    : files_(files), cursors_(folders.begin(), folders.end()), xattrs_(xattrs), sealer_(std::move(level)) {}

base::Result<MadeFrame> FrameMaker::make(const FramePlan& plan) {
  used_ = 0;
  index_.clear();
  entries_ = 0;
  manifest_.clear();
  for (std::size_t i = plan.first; i < plan.first + plan.count; ++i) {
    auto added = plan.shared_digest ? add_piece(files_[i], plan) : add_whole(files_[i]);
    if (!added) {
      if (plan.shared_digest) plan.shared_digest->give_up();
      return fail(added.error());
    }
  }
  auto sealed = seal(plan);
  if (!sealed) return fail(sealed.error());
  return MadeFrame{.sealed = std::move(*sealed), .manifest = manifest_};
}

base::Result<void> FrameMaker::add_whole(const ScannedMember& scanned) {
  Member member = scanned.member;
  const std::size_t start = used_;
  if (member.type == MemberType::file) {
    if (auto good = read_contents(scanned, 0, static_cast<std::size_t>(member.size), member); !good) return good;
    digest_.update(std::string_view(raw_).substr(start, used_ - start));
    member.digest = digest_.finish();
  }
  encode_entry(member, 0, static_cast<std::uint32_t>(used_ - start), index_);
  ++entries_;
  std::string record;
  encode(member, record);
  encode_manifest_entry(record, member.digest, manifest_);
  return {};
}

base::Result<void> FrameMaker::add_piece(const ScannedMember& scanned, const FramePlan& plan) {
  Member member = scanned.member;
  if (auto good = read_contents(scanned, plan.offset, plan.length, member); !good) return good;
  encode_entry(member, plan.offset, static_cast<std::uint32_t>(plan.length), index_);
  ++entries_;
  if (!plan.shared_digest->add(plan.offset, std::string_view(raw_).substr(0, used_))) return changed(member);
  if (plan.offset + plan.length < member.size) return {};
  std::string record;
  encode(member, record);
  encode_manifest_entry(record, plan.shared_digest->finish(), manifest_);
  return {};
}

base::Result<void> FrameMaker::read_contents(const ScannedMember& scanned, std::uint64_t offset, std::size_t length,
                                             Member& member) {
  const auto parent = cursors_[member.root].folder(parent_of(member.path));
  if (!parent) return fail(system_error("cannot open the folder of", member.path, parent.error()));
  const platform::FileDescriptor file(
      ::openat(*parent, std::string(name_in_parent(member.path)).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file) return fail(system_error("cannot open", member.path, errno));
  if (!is_same(file.get(), scanned.state)) return changed(member);
  if (xattrs_ == Xattrs::keep) {
    auto xattrs = read_xattrs(file.get());
    if (!xattrs) return fail(system_error("cannot read the extended attributes of", member.path, xattrs.error()));
    member.xattrs = std::move(*xattrs);
    if (auto good = check(member); !good) return good;
  }
  if (raw_.size() < used_ + length) raw_.resize(used_ + length);
  for (std::size_t done = 0; done < length;) {
    const ssize_t count =
        ::pread(file.get(), raw_.data() + used_ + done, length - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(system_error("cannot read", member.path, errno));
    if (count == 0) return changed(member);
    done += static_cast<std::size_t>(count);
  }
  used_ += length;
  if (!is_same(file.get(), scanned.state)) return changed(member);
  return {};
}

base::Result<std::string> FrameMaker::seal(const FramePlan& plan) {
  raw_.resize(used_);
  append_index(index_, entries_, raw_);
  return sealer_.seal(FrameKind::data, plan.index, raw_);
}

}  // namespace ci::archive
