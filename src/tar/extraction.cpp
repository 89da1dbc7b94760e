#include "tar/extraction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <unordered_set>
#include <utility>

#include "archive/file_placer.hpp"
#include "archive/ordered_pipeline.hpp"
#include "base/text.hpp"
#include "tar/decoded_source.hpp"
#include "tar/member_reader.hpp"

namespace ci::tar {
namespace {

using archive::FilePlacer;
using archive::Member;
using archive::MemberType;
using archive::Placed;
using base::ErrorKind;
using base::fail;

struct HardLink {
  Member member;
  std::uint16_t target_root = 0;
};

// A batch whose files are in place.
struct PlacedBatch {
  Batch batch;
  std::uint64_t written = 0;
  std::uint64_t kept = 0;
};

// Folders are made before, hard links after all files.
bool is_placed_by_thread(const Member& member) {
  return member.type == MemberType::file || member.type == MemberType::symlink;
}

base::Result<PlacedBatch> place(FilePlacer& placer, Batch batch) {
  PlacedBatch placed{.batch = std::move(batch)};
  for (const Entry& entry : placed.batch.entries) {
    if (!is_placed_by_thread(entry.member)) continue;
    const auto done = placer.place(entry);
    if (!done) return fail(done.error());
    if (*done == Placed::written) ++placed.written;
    if (*done == Placed::kept) ++placed.kept;
  }
  return placed;
}

// The places that members have had, by their hashes: two that share one are only taken for the same.
class SeenPlaces {
 public:
  // Returns whether it is the first time.
  bool add(std::uint16_t root, const std::string& path) { return seen_.insert(hash(root, path)).second; }
  [[nodiscard]] bool has(std::uint16_t root, const std::string& path) const { return seen_.contains(hash(root, path)); }

  // Returns whether `member` can be in one tree with those before it: a file or link has nothing below it.
  bool fits(const Member& member) {
    const std::size_t place = hash(member.root, member.path);
    if (member.type == MemberType::directory) {
      leaves_.erase(place);
    } else {
      if (parents_.contains(place)) return false;
      leaves_.insert(place);
    }
    for (std::string_view parent = archive::parent_of(member.path); !parent.empty();
         parent = archive::parent_of(parent)) {
      const std::size_t above = hash(member.root, parent);
      if (!parents_.insert(above).second) break;  // and so were those above it
      if (leaves_.contains(above)) return false;
    }
    return true;
  }

 private:
  static std::size_t hash(std::uint16_t root, std::string_view path) {
    return std::hash<std::string_view>{}(path) + root;
  }
  std::unordered_set<std::size_t> seen_;
  std::unordered_set<std::size_t> leaves_;   // files and links
  std::unordered_set<std::size_t> parents_;  // what must be a folder
};

class Extraction {
 public:
  Extraction(archive::TargetFolders& folders, const ExtractOptions& options)
      : folders_(folders),
        options_(options),
        split_files_(folders, options.place),
        placer_(folders, split_files_, options.place),
        cursors_(folders.roots().begin(), folders.roots().end()),
        pipeline_(
            [&] {
              std::vector<Pipeline::Work> works;
              for (std::size_t i = 0; i < archive::thread_count(options.jobs); ++i) {
                // Shared because std::function copies.
                auto placer = std::make_shared<FilePlacer>(folders, split_files_, options.place);
                works.emplace_back([placer](Batch batch) { return place(*placer, std::move(batch)); });
              }
              return works;
            }(),
            2 * archive::thread_count(options.jobs)) {}

  // Returns memory for another batch, when there is some to be used again. Error: data, io, permission.
  base::Result<Batch> take(Batch batch) {
    bool repeated = false;
    for (const Entry& entry : batch.entries) {
      const auto first = note(entry);
      if (!first) return fail(first.error());
      repeated = repeated || !*first;
    }
    if (repeated) return take_in_turn(std::move(batch));
    for (const Entry& entry : batch.entries) {
      if (auto good = make_if_folder(entry.member); !good) return fail(good.error());
      if (entry.member.type == MemberType::hard_link) hard_links_.push_back({entry.member, entry.target_root});
    }
    Batch free;
    if (pipeline_.full()) {
      auto done = collect();
      if (!done) return fail(done.error());
      free = std::move(*done);
    }
    pipeline_.push(std::move(batch));
    return free;
  }

  base::Result<ExtractSummary> finish() {
    if (auto good = collect_all(); !good) return fail(good.error());
    if (options_.when_verified) {
      if (auto good = options_.when_verified(); !good) return fail(good.error());
    }
    if (auto good = complete(); !good) return fail(good.error());
    if (auto good = folders_.finish(); !good) return fail(good.error());
    return summary_;
  }

 private:
  using Pipeline = archive::OrderedPipeline<Batch, base::Result<PlacedBatch>>;

  // Counts the entry. Returns whether nothing before it had its place.
  base::Result<bool> note(const Entry& entry) {
    const Member& member = entry.member;
    if (entry.offset > 0) return true;
    summary_.members += 1;
    summary_.content_bytes += member.size;
    if (summary_.members > options_.most_members) {
      return fail(ErrorKind::data, fmt::format("the archive has more than {} members", options_.most_members));
    }
    if (member.size > options_.most_content_bytes || summary_.content_bytes > options_.most_content_bytes) {
      return fail(ErrorKind::data, fmt::format("the archive holds more than {} bytes", options_.most_content_bytes));
    }
    if (!seen_.fits(member)) {
      return fail(ErrorKind::data,
                  fmt::format("member {}: it or a folder on the way to it is another member's file or link",
                              base::valid_utf8(member.path)));
    }
    if (member.type == MemberType::hard_link) {
      if (!seen_.has(entry.target_root, member.target)) {
        return fail(ErrorKind::data, fmt::format("member {}: it is a hard link to what is no earlier member",
                                                 base::valid_utf8(member.path)));
      }
    }
    return seen_.add(member.root, member.path);
  }

  base::Result<void> make_if_folder(const Member& member) {
    if (member.type != MemberType::directory || member.path.empty()) return {};
    return folders_.make(member, cursors_);
  }

  // One after the other, once all before them are in place: the archive has a place twice, and the later member stays.
  // From here on an error takes nothing back.
  base::Result<Batch> take_in_turn(Batch batch) {
    if (auto good = complete(); !good) return fail(good.error());
    for (const Entry& entry : batch.entries) {
      if (auto good = make_if_folder(entry.member); !good) return fail(good.error());
      if (entry.member.type == MemberType::directory) continue;
      const bool is_link = entry.member.type == MemberType::hard_link;
      if (auto good = count(is_link ? placer_.place_hard_link(entry.member, entry.target_root) : placer_.place(entry));
          !good) {
        return fail(good.error());
      }
      if (auto good = folders_.pending().put_postponed_in_place(); !good) return fail(good.error());
    }
    return batch;
  }

  base::Result<void> count(const base::Result<Placed>& placed) {
    if (!placed) return fail(placed.error());
    if (*placed == Placed::written) ++summary_.written;
    if (*placed == Placed::kept) ++summary_.kept;
    return {};
  }

  base::Result<Batch> collect() {
    auto placed = pipeline_.pop();
    if (!placed) return fail(placed.error());
    summary_.written += placed->written;
    summary_.kept += placed->kept;
    return std::move(placed->batch);
  }

  base::Result<void> collect_all() {
    while (!pipeline_.empty()) {
      if (auto done = collect(); !done) return fail(done.error());
    }
    return {};
  }

  // Puts everything in place that was taken so far, also where something was before.
  base::Result<void> complete() {
    if (auto good = collect_all(); !good) return good;
    if (auto kept = folders_.pending().keep(); !kept) return kept;
    if (auto placed = folders_.pending().put_postponed_in_place(); !placed) return placed;
    for (const auto& [member, target_root] : std::exchange(hard_links_, {})) {
      if (auto good = count(placer_.place_hard_link(member, target_root)); !good) return good;
    }
    return {};
  }

  archive::TargetFolders& folders_;
  const ExtractOptions& options_;
  archive::SplitFiles split_files_;
  FilePlacer placer_;  // of this thread
  std::vector<archive::FolderCursor> cursors_;
  SeenPlaces seen_;
  std::vector<HardLink> hard_links_;
  ExtractSummary summary_;
  Pipeline pipeline_;  // last: its threads end before what they use
};

}  // namespace

base::Result<ExtractSummary> extract_tar(archive::ByteSource& source, const std::filesystem::path& workspace,
                                         const std::vector<archive::TargetRoot>& targets,
                                         const ExtractOptions& options) {
  std::vector<archive::TargetRoot> roots = targets;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < roots.size(); ++i) names.push_back(roots[i].name = fmt::format("{}", i));
  auto folders = archive::TargetFolders::open(names, roots, options.place);
  if (!folders) return fail(folders.error());
  const DeclaredPlaces places(workspace, std::move(roots));
  DecodedSource plain(source);
  MemberReader reader(plain, places);
  Extraction extraction(*folders, options);
  Batch free;
  for (;;) {
    auto batch = reader.next(std::move(free));
    if (!batch) return fail(batch.error());
    if (!*batch) break;
    auto next = extraction.take(std::move(**batch));
    if (!next) return fail(next.error());
    free = std::move(*next);
  }
  auto summary = extraction.finish();
  if (summary) summary->archive_bytes = plain.taken();
  return summary;
}

}  // namespace ci::tar
