#include "delta/capture.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "delta/digest.hpp"
#include "delta/label.hpp"
#include "platform/filesystem.hpp"

namespace ci::delta {
namespace {

using base::ErrorKind;
using base::fail;

base::Result<SharedLabel> label_of(const std::filesystem::path& root, const Change& change) {
  SharedLabel label{change.path, change.shared->replaced, "absent", "", ""};
  if (change.kind == ChangeKind::deleted) return label;
  const auto installed = contents_digest(root, change.path);
  if (!installed) return fail(installed.error());
  label.installed = *installed;
  if (change.shared->rule->rule != SharedRule::merge || change.type != Type::file) return label;
  const auto after = platform::read_file(root / change.path.substr(1));
  if (!after) return fail(after.error());
  // The label is JSON. Another encoding only means that the file cannot be merged.
  if (base::valid_utf8(*after) == *after && base::valid_utf8(change.shared->before) == change.shared->before) {
    label.before = change.shared->before;
    label.after = *after;
  }
  return label;
}

base::Result<Label> label_of(const std::filesystem::path& root, const Changes& changes,
                             const std::string& fingerprint) {
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
    auto shared = label_of(root, change);
    if (!shared) return fail(shared.error());
    label.shared.push_back(std::move(*shared));
  }
  return label;
}

}  // namespace

base::Result<archive::WriteSummary> capture(const std::filesystem::path& root, const Changes& changes,
                                            const std::string& fingerprint, double install_seconds, int level,
                                            archive::ByteSink& sink) {
  auto label = label_of(root, changes, fingerprint);
  if (!label) return fail(label.error());
  label->install_seconds = install_seconds;
  const std::string status_path = std::string("/") + kStatusFolder + "/" + kStatusFile;
  archive::SourceRoot files{kFilesRoot, root}, status{kStatusRoot, root / kStatusFolder};
  for (const auto& change : changes.changes) {
    if (change.path == "/") continue;
    if (change.path == status_path && change.kind != ChangeKind::deleted) {
      status.paths.emplace_back(kStatusFile);
      continue;
    }
    (change.kind == ChangeKind::deleted ? files.deletions : files.paths).push_back(change.path.substr(1));
  }
  if (status.paths.empty()) return fail(ErrorKind::environment, "the installation changed nothing that dpkg knows of");
  archive::WriteOptions options;
  options.level = level;
  options.scan = {archive::Owners::keep, archive::Xattrs::keep, archive::HardLinks::keep, {}};
  return archive::write_archive(sink, {files, status}, encode(*label), options);
}

}  // namespace ci::delta
