#include "delta/capture.hpp"

#include "delta/label.hpp"
#include "delta/libraries.hpp"

namespace ci::delta {
namespace {

using base::ErrorKind;
using base::fail;

base::Result<Label> label_of(const Changes& changes, const std::string& fingerprint) {
  Label label;
  label.fingerprint = fingerprint;
  label.packages = changes.packages;
  for (const auto& obstacle : changes.obstacles) {
    if (obstacle.remedy == Remedy::refuse) {
      return fail(ErrorKind::environment, "files alone do not give it back: " + obstacle.what +
                                              (obstacle.path.empty() ? "" : " (" + obstacle.path + ")"));
    }
    label.replay.push_back(obstacle.command);
  }
  for (const auto& change : changes.changes) {
    if (!change.shared) continue;
    const auto& status = change.status;
    label.shared.push_back({change.path, *change.shared, status.mode, status.uid, status.gid, status.modified});
  }
  return label;
}

}  // namespace

base::Result<archive::WriteSummary> capture(const std::filesystem::path& root, const Changes& changes,
                                            const Origin& origin, int level, archive::ByteSink& sink) {
  auto label = label_of(changes, origin.fingerprint);
  if (!label) return fail(label.error());
  label->install_seconds = origin.install_seconds;
  label->parts = origin.parts;
  auto missing = missing_libraries(root, changes);
  if (!missing) return fail(missing.error());
  label->missing = std::move(*missing);
  const auto head = encode(*label);
  if (!head) return fail(head.error());
  const std::string status_path = std::string("/") + kStatusFolder + "/" + kStatusFile;
  archive::SourceRoot files{kFilesRoot, root}, status{kStatusRoot, root / kStatusFolder};
  for (const auto& change : changes.changes) {
    if (change.path == "/") continue;
    if (change.path == status_path && change.kind != ChangeKind::deleted) {
      status.paths.emplace_back(kStatusFile);
      continue;
    }
    const bool secret = change.shared && change.shared->rule->rule == SharedRule::merge_secret;
    if (secret && change.kind != ChangeKind::deleted) continue;
    (change.kind == ChangeKind::deleted ? files.deletions : files.paths).push_back(change.path.substr(1));
  }
  if (status.paths.empty()) return fail(ErrorKind::environment, "the installation changed nothing that dpkg knows of");
  archive::WriteOptions options;
  options.level = archive::fixed_level(level);
  options.manifest = archive::KeepManifest::yes;
  options.scan = {archive::Owners::keep, archive::Xattrs::keep, archive::HardLinks::keep, {}};
  return archive::write_archive(sink, {files, status}, *head, options);
}

}  // namespace ci::delta
