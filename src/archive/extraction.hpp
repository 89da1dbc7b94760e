#pragma once
// One run of extracting: frames in, members put in place by several threads, everything checked at the end.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "archive/file_placer.hpp"
#include "archive/manifest.hpp"
#include "archive/ordered_pipeline.hpp"
#include "archive/reader.hpp"

namespace ci::archive {

// What a thread says of a data frame that it has put in place.
struct PlacedFrame {
  struct Entry {
    Member member;
    std::uint64_t offset;
    std::uint64_t length;
    std::string record;
    Placed placed;
  };
  std::vector<Entry> entries;
};

class Extraction {
 public:
  Extraction(TargetFolders& folders, const ExtractOptions& options);
  Extraction(const Extraction&) = delete;
  Extraction& operator=(const Extraction&) = delete;

  // Takes the next frame after the head frame. Error: data, io, permission.
  base::Result<void> take(Frame frame);
  // Ends what is under way and compares with the manifest. Then changes what was there: deletes, replaces, makes the
  // hard links and sets the folders' metadata.
  base::Result<ExtractSummary> finish();

 private:
  using Pipeline = OrderedPipeline<Frame, base::Result<PlacedFrame>>;

  base::Result<void> take_tree(const Frame& frame);
  base::Result<void> take_manifest(const Frame& frame);
  base::Result<void> collect();  // the oldest data frame under way
  base::Result<void> collect_all();
  base::Result<void> see(const PlacedFrame::Entry& entry);
  base::Result<void> count(const Member& member, std::string_view record);

  TargetFolders& folders_;
  ExtractOptions options_;
  SplitFiles split_files_;
  std::vector<Member> deletions_;  // the deepest of a root first
  FrameOpener opener_;
  MemberOrder order_;
  MemberDigest seen_;
  std::optional<Member> split_;  // the file whose pieces are coming
  std::uint64_t split_next_ = 0;
  std::vector<Member> hard_links_;
  ManifestReader manifest_;
  ExtractSummary summary_;
  Pipeline pipeline_;  // last: its threads end before what they use
};

}  // namespace ci::archive
