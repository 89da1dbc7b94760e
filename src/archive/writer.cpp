#include "archive/writer.hpp"

#include "archive/data_frame.hpp"
#include "archive/frame_maker.hpp"
#include "archive/frame_stream.hpp"
#include "archive/ordered_pipeline.hpp"

namespace ci::archive {
namespace {

using base::ErrorKind;
using base::fail;

constexpr std::size_t kHeadLimit = std::size_t{8} << 20;

// Sends frames and gathers the manifest.
class ArchiveWriter {
 public:
  ArchiveWriter(ByteSink& sink, const WriteOptions& options)
      : sender_(sink), options_(options), sealer_(options.level) {}

  base::Result<void> send_head(const Head& head) {
    roots_ = head.roots.size();
    if (auto good = sender_.start(); !good) return good;
    return send(FrameKind::head, encode(head));
  }

  base::Result<void> send_tree(const std::vector<Member>& tree) {
    std::string index;
    std::size_t count = 0;
    const auto flush = [&]() -> base::Result<void> {
      std::string raw;
      append_index(index, count, raw);
      index.clear();
      count = 0;
      return send(FrameKind::tree, raw);
    };
    for (const Member& member : tree) {
      if (index.size() > kFrameRawTarget) {
        if (auto good = flush(); !good) return good;
      }
      encode_entry(member, 0, 0, index);
      ++count;
      add_to_manifest(member);
    }
    return count > 0 ? flush() : base::Result<void>();
  }

  base::Result<void> send_files(const std::vector<ScannedMember>& files, const std::vector<ConfinedFolder>& folders) {
    const std::vector<FramePlan> plans = plan_frames(files, sender_.next_index());
    using Pipeline = OrderedPipeline<const FramePlan*, base::Result<MadeFrame>>;
    std::vector<Pipeline::Work> works;
    const std::size_t threads = thread_count(options_.jobs);
    for (std::size_t i = 0; i < threads; ++i) {
      const auto maker = std::make_shared<FrameMaker>(files, folders, options_.level, options_.scan.xattrs);
      works.emplace_back([maker](const FramePlan* plan) { return maker->make(*plan); });  // std::function copies
    }
    Pipeline pipeline(std::move(works), 2 * threads + 2);
    for (auto plan = plans.begin(); plan != plans.end() || !pipeline.empty();) {
      if (plan != plans.end() && !pipeline.full()) {
        pipeline.push(&*plan++);
        continue;
      }
      auto made = pipeline.pop();
      if (!made) return fail(made.error());
      if (auto good = sender_.send(made->sealed); !good) return good;
      manifest_.append(made->manifest);
      end_manifest_frame();
    }
    summary_.members += files.size();
    for (const ScannedMember& scanned : files) summary_.content_bytes += scanned.member.size;
    return {};
  }

  void add_to_manifest(const Member& member) {
    std::string record;
    encode(member, record);
    encode_manifest_entry(record, member.digest, manifest_);
    end_manifest_frame();
    ++summary_.members;
  }

  base::Result<WriteSummary> finish() {
    if (manifest_cuts_.empty() || manifest_cuts_.back() < manifest_.size() || manifest_.empty()) {
      manifest_cuts_.push_back(manifest_.size());
    }
    std::size_t start = 0;
    for (const std::size_t end : manifest_cuts_) {
      if (auto good = send(FrameKind::manifest, std::string_view(manifest_).substr(start, end - start)); !good) {
        return fail(good.error());
      }
      start = end;
    }
    auto digest = sender_.finish();
    if (!digest) return fail(digest.error());
    summary_.digest = *digest;
    summary_.archive_bytes = sender_.offset();
    if (options_.manifest == KeepManifest::yes) {
      auto read = ManifestReader(roots_).read(
          manifest_, [this](Member member) { summary_.manifest.push_back(std::move(member)); });
      if (!read) return fail(read.error());
    }
    return std::move(summary_);
  }

 private:
  base::Result<void> send(FrameKind kind, std::string_view raw) {
    auto sealed = sealer_.seal(kind, sender_.next_index(), raw);
    if (!sealed) return fail(sealed.error());
    return sender_.send(*sealed);
  }

  // A manifest frame ends with a whole entry, once it is large enough.
  void end_manifest_frame() {
    const std::size_t start = manifest_cuts_.empty() ? 0 : manifest_cuts_.back();
    if (manifest_.size() - start > kFrameRawTarget) manifest_cuts_.push_back(manifest_.size());
  }

  FrameSender sender_;
  const WriteOptions& options_;
  FrameSealer sealer_;
  std::size_t roots_ = 0;
  std::string manifest_;
  std::vector<std::size_t> manifest_cuts_;  // ends of frames in manifest_
  WriteSummary summary_;
};

}  // namespace

base::Result<WriteSummary> write_archive(ByteSink& sink, const std::vector<SourceRoot>& roots, std::string_view head,
                                         const WriteOptions& options) {
  if (head.size() > kHeadLimit) return fail(ErrorKind::bug, "the archive's head is above 8 MiB");
  std::vector<ConfinedFolder> folders;
  for (const SourceRoot& root : roots) {
    auto folder = ConfinedFolder::open(root.folder);
    if (!folder) return fail(folder.error());
    folders.push_back(std::move(*folder));
  }
  Head own{.text = std::string(head)};
  for (const SourceRoot& root : roots) own.roots.push_back(root.name);
  ArchiveWriter writer(sink, options);
  if (auto good = writer.send_head(own); !good) return fail(good.error());
  auto found = scan(roots, folders, options.scan);
  if (!found) return fail(found.error());
  if (auto good = writer.send_tree(found->tree); !good) return fail(good.error());
  if (auto good = writer.send_files(found->files, folders); !good) return fail(good.error());
  return writer.finish();
}

base::Result<void> write_listing(ByteSink& sink, const ArchiveListing& listing) {
  const WriteOptions options;
  ArchiveWriter writer(sink, options);
  if (auto good = writer.send_head(listing.head); !good) return good;
  for (const Member& member : listing.members) writer.add_to_manifest(member);
  if (auto done = writer.finish(); !done) return fail(done.error());
  return {};
}

}  // namespace ci::archive
