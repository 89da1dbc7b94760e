#include "cache/cache_save.hpp"

#include <fmt/format.h>

#include "archive/writer.hpp"
#include "cache/bounded_stream.hpp"
#include "cache/sending_time.hpp"
#include "tar/writer.hpp"

namespace ci::cache {
namespace {

SaveStatus status_of(store::NotSavedReason reason) {
  switch (reason) {
    case store::NotSavedReason::already_there:
      return SaveStatus::already_there;
    case store::NotSavedReason::no_room:
      return SaveStatus::no_room;
    case store::NotSavedReason::denied:
      return SaveStatus::denied;
    case store::NotSavedReason::later:
      return SaveStatus::later;
    case store::NotSavedReason::failed:
      return SaveStatus::failed;
  }
  return SaveStatus::failed;
}

SaveResult not_saved(SaveStatus status, std::string reason) {
  SaveResult result;
  result.status = status;
  result.reason = std::move(reason);
  return result;
}

SaveResult not_saved(const store::NotSaved& why) {
  return not_saved(status_of(why.reason), why.error.message);
}

struct Written {
  std::uint64_t archive_bytes = 0;
  std::uint64_t members = 0;
};

base::Result<Written> write_native(archive::ByteSink& sink, const PathSet& paths, const PathContents& contents,
                                   const SaveRequest& request, const archive::Level& level,
                                   const platform::Platform& platform) {
  EntryLabel label;
  label.paths = paths.names();
  label.parts = request.parts;
  label.created = platform.clock.now();
  label.cold_seconds = request.cold_seconds;
  label.origin = request.origin;
  label.base = request.base;
  archive::WriteOptions options;
  options.level = level;
  options.scan.hard_links = archive::HardLinks::keep;
  options.scan.fixed_mtime = request.fixed_mtime;
  const auto written = archive::write_archive(sink, contents.roots, encode(label), options);
  if (!written) return base::fail(written.error());
  return Written{written->archive_bytes, written->members};
}

base::Result<Written> write_tar(archive::ByteSink& sink, const PathSet& paths, const PathContents& contents,
                                const SaveRequest& request, const archive::Level& level) {
  tar::WriteOptions options;
  options.compression = request.tar_compression;
  options.level = level;
  const auto written = tar::write_tar(sink, paths.workspace(), contents.roots, options);
  if (!written) return base::fail(written.error());
  return Written{written->archive_bytes, written->members};
}

SaveResult save(store::Store& store, const PathSet& paths, const SaveRequest& request,
                const platform::Platform& platform, platform::Monotonic end) {
  auto upload = store.create(request.key);
  if (!upload) return not_saved(upload.error());
  const auto contents =
      request.contents ? base::Result<PathContents>(*request.contents) : paths.contents(platform.cancellation);
  if (!contents) return not_saved(SaveStatus::failed, contents.error().message);
  if (contents->members == 0) return not_saved(SaveStatus::nothing, "none of its paths is there");
  if (contents->left_out > 0)
    platform.log.warning(fmt::format("{} sockets, FIFOs or devices are no part of the cache", contents->left_out));

  SendingTime sending(platform.clock);
  const archive::Level level = [&sending] { return level_for(sending.share()); };
  BoundedSink sink((*upload)->descriptor(), TimeLimit(platform, end), sending);
  const auto written = request.format == ArchiveFormat::tar
                           ? write_tar(sink, paths, *contents, request, level)
                           : write_native(sink, paths, *contents, request, level, platform);
  if (!written) {
    if (const auto refusal = (*upload)->refusal()) return not_saved(*refusal);
    return not_saved(SaveStatus::failed, written.error().message);
  }
  if (const auto committed = (*upload)->commit(); !committed) return not_saved(committed.error());
  SaveResult result;
  result.status = SaveStatus::saved;
  result.bytes = static_cast<std::int64_t>(written->archive_bytes);
  result.members = written->members;
  return result;
}

}  // namespace

std::string_view word(SaveStatus status) {
  switch (status) {
    case SaveStatus::saved:
      return "saved";
    case SaveStatus::already_there:
      return "already there";
    case SaveStatus::no_room:
      return "no room";
    case SaveStatus::denied:
      return "denied";
    case SaveStatus::later:
      return "later";
    case SaveStatus::nothing:
      return "nothing to save";
    case SaveStatus::failed:
      return "failed";
  }
  return "failed";
}

SaveResult save_paths(store::Store& store, const PathSet& paths, const SaveRequest& request,
                      const platform::Platform& platform) {
  const auto began = platform.clock.monotonic();
  auto result = save(store, paths, request, platform, began + request.budget);
  result.seconds = base::seconds(platform.clock.monotonic() - began);
  return result;
}

}  // namespace ci::cache
