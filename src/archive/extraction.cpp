#include "archive/extraction.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace ci::archive {
namespace {

using base::ErrorKind;
using base::fail;

tl::unexpected<base::Error> refused(const Member& member, std::string_view why) {
  return fail(ErrorKind::data, fmt::format("member {}: {}", base::valid_utf8(member.path), why));
}

bool belongs_in_tree(const Member& member) {
  return member.type == MemberType::deletion || member.type == MemberType::directory;
}

// What one thread owns.
struct Worker {
  FrameOpener opener;
  FilePlacer placer;
  const TargetFolders& folders;

  base::Result<PlacedFrame> place(const Frame& frame) {
    auto raw = opener.open(frame);
    if (!raw) return fail(raw.error());
    auto entries = decode_entries(*raw);
    if (!entries) return fail(entries.error());
    for (const DataEntry& entry : *entries) {
      if (belongs_in_tree(entry.member)) return refused(entry.member, "it is out of order");
      if (auto good = folders.check_declared(entry.member); !good) return fail(good.error());
    }
    PlacedFrame placed_frame;
    for (DataEntry& entry : *entries) {
      auto placed = Placed::incomplete;
      if (entry.member.type != MemberType::hard_link) {
        auto result = placer.place(entry);
        if (!result) return fail(result.error());
        placed = *result;
      }
      placed_frame.entries.push_back(
          {std::move(entry.member), entry.offset, entry.contents.size(), std::string(entry.record), placed});
    }
    return placed_frame;
  }
};

}  // namespace

Extraction::Extraction(TargetFolders& folders, const ExtractOptions& options)
    : folders_(folders),
      options_(options),
      split_files_(folders, options.place),
      manifest_(folders.roots().size()),
      pipeline_(
          [&] {
            std::vector<Pipeline::Work> works;
            for (std::size_t i = 0; i < thread_count(options.jobs); ++i) {
              // Shared because std::function copies.
              auto worker =
                  std::make_shared<Worker>(Worker{{}, FilePlacer(folders, split_files_, options.place), folders});
              works.emplace_back([worker](const Frame& frame) { return worker->place(frame); });
            }
            return works;
          }(),
          2 * thread_count(options.jobs) + 2) {}

base::Result<void> Extraction::take(Frame frame) {
  if (frame.header.kind == FrameKind::tree) return take_tree(frame);
  if (frame.header.kind == FrameKind::manifest) return take_manifest(frame);
  if (pipeline_.full()) {
    if (auto good = collect(); !good) return good;
  }
  pipeline_.push(std::move(frame));
  return {};
}

base::Result<void> Extraction::take_tree(const Frame& frame) {
  auto raw = opener_.open(frame);
  if (!raw) return fail(raw.error());
  auto entries = decode_entries(*raw);
  if (!entries) return fail(entries.error());
  std::vector<FolderCursor> cursors(folders_.roots().begin(), folders_.roots().end());
  for (const DataEntry& entry : *entries) {
    const Member& member = entry.member;
    if (!belongs_in_tree(member)) return refused(member, "it is out of order");
    if (auto good = folders_.check_declared(member); !good) return good;
    if (auto good = count(member, entry.record); !good) return good;
    if (member.type == MemberType::deletion) {
      deletions_.push_back(member);
    } else if (auto good = folders_.make(member, cursors); !good) {
      return good;
    }
  }
  return {};
}

base::Result<void> Extraction::take_manifest(const Frame& frame) {
  if (auto good = collect_all(); !good) return good;
  auto raw = opener_.open(frame);
  if (!raw) return fail(raw.error());
  return manifest_.read(*raw, [this](Member member) {
    if (options_.manifest == KeepManifest::yes) summary_.manifest.push_back(std::move(member));
  });
}

base::Result<void> Extraction::collect_all() {
  while (!pipeline_.empty()) {
    if (auto good = collect(); !good) return good;
  }
  return {};
}

base::Result<void> Extraction::collect() {
  const auto frame = pipeline_.pop();
  if (!frame) return fail(frame.error());
  for (const PlacedFrame::Entry& entry : frame->entries) {
    if (auto good = see(entry); !good) return good;
  }
  return {};
}

base::Result<void> Extraction::see(const PlacedFrame::Entry& entry) {
  const Member& member = entry.member;
  if (entry.placed == Placed::written) ++summary_.written;
  if (entry.placed == Placed::kept) ++summary_.kept;
  summary_.content_bytes += entry.length;
  if (summary_.content_bytes > options_.most_content_bytes) {
    return fail(ErrorKind::data, fmt::format("the archive holds more than {} bytes", options_.most_content_bytes));
  }
  if (split_) {
    if (member != *split_ || entry.offset != split_next_ || entry.length == 0) {
      return refused(*split_, "its pieces do not follow one another");
    }
  } else {
    if (entry.offset != 0 || (entry.length == 0 && member.size != 0))
      return refused(member, "its beginning is missing");
    if (auto good = count(member, entry.record); !good) return good;
    if (member.type == MemberType::hard_link) hard_links_.push_back(member);
  }
  split_next_ = entry.offset + entry.length;
  if (split_next_ == member.size) {
    split_.reset();
  } else {
    split_ = member;
  }
  return {};
}

base::Result<void> Extraction::count(const Member& member, std::string_view record) {
  seen_.add(record);
  if (seen_.members > options_.most_members) {
    return fail(ErrorKind::data, fmt::format("the archive has more than {} members", options_.most_members));
  }
  return order_.next(member);
}

base::Result<ExtractSummary> Extraction::finish() {
  if (auto good = collect_all(); !good) return fail(good.error());
  if (split_) return refused(*split_, "its end is missing");
  summary_.members = seen_.members;
  if (manifest_.seen().members != seen_.members || manifest_.seen().records.finish() != seen_.records.finish()) {
    return fail(ErrorKind::data, "the archive is damaged: its manifest is about other members");
  }
  if (options_.when_verified) {
    if (auto good = options_.when_verified(); !good) return fail(good.error());
  }
  if (auto kept = folders_.pending().keep(); !kept) return fail(kept.error());
  FilePlacer placer(folders_, split_files_, options_.place);
  for (const Member& deletion : deletions_) {
    const auto gone = placer.remove(deletion);
    if (!gone) return fail(gone.error());
    if (!*gone) ++summary_.folders_left;
  }
  if (auto placed = folders_.pending().put_postponed_in_place(); !placed) return fail(placed.error());
  for (const Member& member : hard_links_) {
    auto placed = placer.place_hard_link(member, member.root);
    if (!placed) return fail(placed.error());
    ++(*placed == Placed::kept ? summary_.kept : summary_.written);
  }
  if (auto good = folders_.finish(); !good) return fail(good.error());
  return std::move(summary_);
}

}  // namespace ci::archive
