#include "tar/member_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "base/text.hpp"

namespace ci::tar {
namespace {

using archive::Member;
using archive::MemberType;
using base::ErrorKind;
using base::fail;

constexpr std::size_t kMostExtension = std::size_t{1} << 20;  // bytes of a pax header or a long name
constexpr std::int64_t kNanoseconds = 1'000'000'000;

static_assert(kMostExtension + 2 * kBlock < MemberReader::kBatch && MemberReader::kWhole < MemberReader::kBatch / 2);

std::string_view without_nul(std::string_view text) {
  return text.substr(0, std::min(text.find('\0'), text.size()));
}

tl::unexpected<base::Error> refused(std::string_view name, std::string_view why) {
  return fail(ErrorKind::data, fmt::format("member {}: {}", base::valid_utf8(name), why));
}

// What a type flag means; an error for what no cache may hold.
base::Result<MemberType> type_of(const Header& header, std::string_view name) {
  switch (header.type) {
    case '\0':  // before POSIX a folder was a file whose name ends with a slash
      return name.ends_with('/') ? MemberType::directory : MemberType::file;
    case kFile:
    case '7':
      return MemberType::file;
    case kHardLink:
      return MemberType::hard_link;
    case kSymlink:
      return MemberType::symlink;
    case kDirectory:
      return MemberType::directory;
    case '3':
    case '4':
      return refused(name, "it is a device");
    case '6':
      return refused(name, "it is a FIFO");
    case 'S':
      return refused(name, "it is a sparse file, which is not supported");
    default:
      return refused(name, fmt::format("its type {} is not known", static_cast<int>(header.type)));
  }
}

}  // namespace

base::Result<std::optional<Batch>> MemberReader::next(Batch used) {
  if (!used.bytes) used.bytes = std::make_unique_for_overwrite<char[]>(kBatch);
  used.entries.clear();
  std::memcpy(used.bytes.get(), carried_.data(), carried_.size());
  std::size_t filled = carried_.size();
  const auto count = source_.read(std::span(used.bytes.get() + filled, kBatch - filled));
  if (!count) return fail(count.error());
  filled += *count;
  if (filled == 0) {
    if (!ended_) return fail(ErrorKind::data, "the tar archive ends too early");
    return std::nullopt;
  }
  std::string_view rest(used.bytes.get(), filled);
  while (!rest.empty()) {
    const auto step = take(rest, used);
    if (!step) return fail(step.error());
    if (*step == Step::more_needed) break;
    rest.remove_prefix(consumed_);
  }
  if (*count == 0 && !rest.empty()) return fail(ErrorKind::data, "the tar archive ends too early");
  carried_ = rest;
  return used;
}

base::Result<MemberReader::Step> MemberReader::take(std::string_view rest, Batch& batch) {
  if (split_left_ > 0) return take_piece(rest, batch);
  if (ended_) {
    if (rest.find_first_not_of('\0') != std::string_view::npos) {
      return fail(ErrorKind::data, "the tar archive is damaged: something follows its end");
    }
    consumed_ = rest.size();
    return Step::taken;
  }
  return take_header(rest, batch);
}

MemberReader::Step MemberReader::take_piece(std::string_view rest, Batch& batch) {
  // The zeros after the contents go with the last piece.
  const std::uint64_t contents_left = split_.size - split_done_;
  const auto piece = static_cast<std::size_t>(std::min<std::uint64_t>(contents_left, rest.size()));
  if (piece > 0) batch.entries.push_back({{split_, split_done_, rest.substr(0, piece)}});
  split_done_ += piece;
  consumed_ = static_cast<std::size_t>(std::min<std::uint64_t>(split_left_, rest.size()));
  split_left_ -= consumed_;
  return Step::taken;
}

base::Result<MemberReader::Step> MemberReader::take_header(std::string_view rest, Batch& batch) {
  if (rest.size() < kBlock) return Step::more_needed;
  const auto header = decode_header(rest.substr(0, kBlock));
  if (!header) return fail(header.error());
  if (!*header) {
    ended_ = true;
    consumed_ = kBlock;
    return Step::taken;
  }
  switch ((*header)->type) {
    case kPaxHeader:
    case kPaxGlobal:
    case kGnuLongName:
    case kGnuLongLink:
      return take_extension(**header, rest);
    default:
      return take_member(**header, rest, batch);
  }
}

base::Result<MemberReader::Step> MemberReader::take_extension(const Header& header, std::string_view rest) {
  if (header.size > kMostExtension) return fail(ErrorKind::data, "the tar archive has an extended header above 1 MiB");
  const auto size = static_cast<std::size_t>(header.size);
  if (rest.size() < kBlock + size + padding_after(size)) return Step::more_needed;
  const std::string_view contents = rest.substr(kBlock, size);
  consumed_ = kBlock + size + padding_after(size);
  if (header.type == kGnuLongName) extension_.path = without_nul(contents);
  if (header.type == kGnuLongLink) extension_.link = without_nul(contents);
  if (header.type == kPaxHeader) {
    if (auto good = decode_records(contents, extension_); !good) return fail(good.error());
  }
  if (header.type == kPaxGlobal) {
    if (auto good = check_global_records(contents); !good) return fail(good.error());
  }
  return Step::taken;
}

base::Result<MemberReader::Step> MemberReader::take_member(const Header& header, std::string_view rest, Batch& batch) {
  auto entry = entry_of(header);
  if (!entry) return fail(entry.error());
  const std::uint64_t size = entry->member.size;
  const std::size_t padding = padding_after(size);
  if (size <= kWhole && rest.size() < kBlock + size + padding) return Step::more_needed;
  extension_ = {};
  if (size > kWhole) {
    split_ = std::move(entry->member);
    split_done_ = 0;
    split_left_ = size + padding;
    consumed_ = kBlock;
    return Step::taken;
  }
  consumed_ = kBlock + static_cast<std::size_t>(size) + padding;
  entry->contents = rest.substr(kBlock, static_cast<std::size_t>(size));
  batch.entries.push_back(std::move(*entry));
  return Step::taken;
}

base::Result<Entry> MemberReader::entry_of(const Header& header) const {
  const std::string& name = extension_.path ? *extension_.path : header.name;
  const std::string& link = extension_.link ? *extension_.link : header.link;
  const auto type = type_of(header, name);
  if (!type) return fail(type.error());
  auto place = places_.place_of(name);
  if (!place) return fail(place.error());
  Entry entry;
  Member& member = entry.member;
  member.type = *type;
  member.root = place->root;
  member.path = std::move(place->path);
  const std::uint64_t size = extension_.size.value_or(header.size);
  if (*type == MemberType::file) {
    member.size = size;
  } else if (size != 0) {
    return refused(name, "it has contents, but is no file");
  }
  constexpr std::uint64_t kMostUid = std::numeric_limits<std::uint32_t>::max();
  const std::uint64_t uid = extension_.uid.value_or(header.uid), gid = extension_.gid.value_or(header.gid);
  constexpr std::int64_t kMostSeconds = std::numeric_limits<std::int64_t>::max() / kNanoseconds;
  if (uid > kMostUid || gid > kMostUid || size > std::numeric_limits<std::int64_t>::max() - kBlock ||
      header.mtime > kMostSeconds || header.mtime < -kMostSeconds) {
    return refused(name, "its header has a number that is too large");
  }
  if (*type == MemberType::hard_link) {
    auto target = places_.place_of(link);
    if (!target) return fail(target.error().within(fmt::format("member {}: its target", base::valid_utf8(name))));
    entry.target_root = target->root;
    member.target = std::move(target->path);
  } else {
    if (*type == MemberType::symlink) member.target = link;
    if (*type != MemberType::symlink) member.mode = static_cast<std::uint16_t>(header.mode);
    member.owner = archive::Owner{static_cast<std::uint32_t>(uid), static_cast<std::uint32_t>(gid)};
    member.mtime = extension_.mtime.value_or(header.mtime * kNanoseconds);
  }
  if (member.path.empty()) {
    if (*type != MemberType::directory) return refused(name, "it would replace a declared folder");
    return entry;
  }
  if (auto good = archive::check(member); !good) return fail(good.error());
  return entry;
}

}  // namespace ci::tar
