#include "tar/writer.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "archive/ordered_pipeline.hpp"
#include "tar/chunk_maker.hpp"

namespace ci::tar {
namespace {

using archive::ScannedMember;
using base::fail;

bool comes_before(const ScannedMember& one, const ScannedMember& other) {
  if (one.member.root != other.member.root) return one.member.root < other.member.root;
  return archive::comes_before(one.member.path, other.member.path);
}

// Folders and files, each in the archive's order, as one list in that order.
std::vector<ScannedMember> merged(archive::TreeScan scan) {
  std::vector<ScannedMember> folders;
  folders.reserve(scan.tree.size());
  for (archive::Member& folder : scan.tree) folders.push_back({std::move(folder)});
  std::vector<ScannedMember> all;
  all.reserve(folders.size() + scan.files.size());
  std::merge(std::move_iterator(folders.begin()), std::move_iterator(folders.end()),
             std::move_iterator(scan.files.begin()), std::move_iterator(scan.files.end()), std::back_inserter(all),
             comes_before);
  return all;
}

std::string prefix_of(const std::filesystem::path& folder, const std::filesystem::path& workspace) {
  std::string prefix = folder.lexically_normal().lexically_relative(workspace.lexically_normal()).string();
  while (prefix.ends_with('/') || prefix == ".") prefix.pop_back();
  return prefix.empty() ? prefix : prefix + "/";
}

// Sends every chunk of `list` and the end; returns the bytes sent.
base::Result<std::uint64_t> send(archive::ByteSink& sink, const MemberList& list,
                                 const std::vector<archive::ConfinedFolder>& folders, const WriteOptions& options) {
  const std::vector<ChunkPlan> plans = plan_chunks(list.members);
  using Pipeline = archive::OrderedPipeline<const ChunkPlan*, base::Result<MadeChunk>>;
  std::vector<Pipeline::Work> works;
  const std::size_t threads = archive::thread_count(options.jobs);
  for (std::size_t i = 0; i < threads; ++i) {
    const auto maker =
        std::make_shared<ChunkMaker>(list, folders, options.compression, options.level);  // std::function copies
    works.emplace_back([maker](const ChunkPlan* plan) { return maker->make(*plan); });
  }
  std::uint64_t bytes = 0, sent = 0;
  const auto send_chunk = [&](const base::Result<MadeChunk>& chunk) -> base::Result<void> {
    if (!chunk) return fail(chunk.error());
    bytes += chunk->bytes;
    sent += chunk->compressed.size();
    return sink.write(chunk->compressed);
  };
  Pipeline pipeline(std::move(works), 2 * threads + 2);
  for (auto plan = plans.begin(); plan != plans.end() || !pipeline.empty();) {
    if (plan != plans.end() && !pipeline.full()) {
      pipeline.push(&*plan++);
      continue;
    }
    if (auto good = send_chunk(pipeline.pop()); !good) return fail(good.error());
  }
  ChunkMaker maker(list, folders, options.compression, options.level);
  if (auto good = send_chunk(maker.make_end(bytes)); !good) return fail(good.error());
  return sent;
}

}  // namespace

base::Result<WriteSummary> write_tar(archive::ByteSink& sink, const std::filesystem::path& workspace,
                                     const std::vector<archive::SourceRoot>& roots, const WriteOptions& options) {
  std::vector<archive::ConfinedFolder> folders;
  MemberList list;
  for (const archive::SourceRoot& root : roots) {
    auto folder = archive::ConfinedFolder::open(root.folder);
    if (!folder) return fail(folder.error());
    folders.push_back(std::move(*folder));
    list.prefixes.push_back(prefix_of(root.folder, workspace));
  }
  auto found = archive::scan(
      roots, folders, {.owners = archive::Owners::keep, .hard_links = archive::HardLinks::keep, .fixed_mtime = {}});
  if (!found) return fail(found.error());
  list.members = merged(std::move(*found));
  WriteSummary summary{.members = list.members.size()};
  for (const ScannedMember& scanned : list.members) summary.content_bytes += scanned.member.size;
  auto sent = send(sink, list, folders, options);
  if (!sent) return fail(sent.error());
  summary.archive_bytes = *sent;
  return summary;
}

}  // namespace ci::tar
