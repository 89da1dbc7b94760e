#include "delta/restore.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "archive/temporary_name.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"
#include "delta/capture.hpp"
#include "delta/digest.hpp"
#include "delta/dpkg_locks.hpp"
#include "delta/journal_record.hpp"
#include "delta/obstacles.hpp"
#include "delta/publication.hpp"
#include "delta/receipt.hpp"
#include "delta/restore_journal.hpp"
#include "delta/unfinished_restore.hpp"
#include "platform/file_descriptor.hpp"
#include "platform/filesystem.hpp"
#include "platform/system_error.hpp"

namespace ci::delta {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::fail;
using platform::system_error;

// Whether `path` is a copy of a file that a killed restore has put in place already: then the copy can no longer be
// told from it, and must be the delta's.
base::Result<bool> has_newer_origin(const fs::path& root, const Label& label, const std::string& path) {
  const auto origin = origin_of(path);
  if (origin == path) return false;
  for (const auto& shared : label.shared) {
    if (shared.path != origin) continue;
    const auto present = contents_digest(root, origin);
    if (!present) return fail(present.error());
    return *present == shared.change.installed;
  }
  return false;
}

using Texts = std::vector<std::pair<const SharedLabel*, std::string>>;

// What is to be done about shared files that are not simply put in place.
struct Adjustments {
  Texts texts;                       // to be written
  Commands commands;                 // each once, in the order in which they were needed
  std::vector<std::string> rebuilt;  // paths that the commands are for
};

bool is_secret(const Texts::value_type& text) {
  return text.first->change.rule->rule == SharedRule::merge_secret;
}

base::Result<Adjustments> adjust(const fs::path& root, const Label& label) {
  Adjustments adjustments;
  for (const auto& shared : label.shared) {
    const auto newer = has_newer_origin(root, label, shared.path);
    if (!newer) return fail(newer.error());
    if (*newer) continue;
    auto decision = decide_shared(root, shared.path, shared.change);
    if (!decision) return fail(decision.error());
    if (decision->act == SharedAct::write) adjustments.texts.emplace_back(&shared, std::move(decision->text));
    if (decision->act != SharedAct::rebuild) continue;
    adjustments.rebuilt.push_back(shared.path);
    auto command = base::split(decision->command, ' ');
    auto& commands = adjustments.commands;
    if (std::find(commands.begin(), commands.end(), command) == commands.end()) commands.push_back(std::move(command));
  }
  // Copies first: they are made of what their origin was.
  std::stable_partition(adjustments.texts.begin(), adjustments.texts.end(),
                        [](const auto& text) { return origin_of(text.first->path) != text.first->path; });
  return adjustments;
}

// Puts a file with the text, and the metadata that the installation left, in the place of a shared one.
base::Result<void> write_shared(const fs::path& root, const SharedLabel& label, const std::string& text,
                                RestoreJournal& journal) {
  const fs::path path = root / label.path.substr(1);
  const fs::path next = path.parent_path() / archive::TemporaryNames().next();
  {
    const platform::FileDescriptor file(
        ::open(next.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
    if (!file || ::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
        ::fchown(file.get(), label.uid, label.gid) != 0 || ::fchmod(file.get(), label.mode) != 0) {
      return fail(system_error("cannot write", next, errno));
    }
  }
  if (auto timed = platform::set_time(next, label.modified); !timed) return timed;
  journal.replacing(label.path.substr(1), next.filename().string());
  if (::rename(next.c_str(), path.c_str()) != 0) return fail(system_error("cannot replace", path, errno));
  return {};
}

base::Result<void> write_texts(const fs::path& root, Texts::const_iterator text, Texts::const_iterator end,
                               RestoreJournal& journal) {
  for (; text != end; ++text) {
    if (auto written = write_shared(root, *text->first, text->second, journal); !written) return written;
  }
  return {};
}

// Gives the folder of `path` the time that the archive has for it: replacing a file has changed it.
base::Result<void> set_folder_time(const fs::path& root, const std::string& path,
                                   const archive::ExtractSummary& summary) {
  const fs::path folder = fs::path(path).relative_path().parent_path();
  for (const auto& member : summary.manifest) {
    if (member.root == 0 && member.path == folder) return platform::set_time(root / folder, member.mtime);
  }
  return {};
}

// Says of the files that were merged what they are now.
void expect_texts(const Adjustments& adjustments, archive::ArchiveListing& listing) {
  for (const auto& [shared, text] : adjustments.texts) {
    const auto path = shared->path.substr(1);
    for (auto& member : listing.members) {
      if (member.root != 0 || member.path != path) continue;
      member.size = text.size();
      member.digest = base::sha256(text);
    }
  }
}

// The modification time that dpkg's folder is to have: the archive's, or else the one that it has now.
base::Result<std::int64_t> status_folder_time(const fs::path& root, const archive::ExtractSummary& summary) {
  for (const auto& member : summary.manifest) {
    if (member.root == 0 && member.path == kStatusFolder) return member.mtime;
  }
  struct stat status {};
  const fs::path folder = root / kStatusFolder;
  if (::lstat(folder.c_str(), &status) != 0) return fail(system_error("cannot read", folder, errno));
  return identity_of(status).modified;
}

// Keeps a receipt in `folder` until the restore is done. Returns "", or why it cannot be kept.
std::string stage_receipt_of(const Restored& restored, const RestoreRequest& request, const fs::path& folder) {
  if (request.packages.empty()) return "";
  Receipt receipt{request.packages, request.entry, request.now, restored.expected};
  std::erase_if(receipt.listing.members, [&](const archive::Member& member) {
    const auto& rebuilt = restored.rebuilt;
    return member.root == 0 && std::find(rebuilt.begin(), rebuilt.end(), "/" + member.path) != rebuilt.end();
  });
  const auto staged = stage_receipt(folder, receipt);
  return staged ? "" : staged.error().message;
}

// Puts dpkg's new status file in place: from here on the packages are installed, and the publication's commands remain
// to be run. Returns "", or why there is no receipt.
base::Result<std::string> publish_status(const fs::path& root, const Publication& publication) {
  announce(publication, root);
  const fs::path folder = root / kStatusFolder;
  const fs::path file = folder / kStatusFile;
  if (::rename((folder / publication.mark / kStatusFile).c_str(), file.c_str()) != 0)
    return fail(system_error("cannot replace", file, errno));
  if (!publication.commands.empty()) return "";
  return end_restore(root, publication);
}

}  // namespace

base::Result<Restored> restore(const fs::path& root, const RestoreRequest& request, archive::ByteSource& source) {
  archive::ArchiveReader reader(source);
  const auto head = reader.read_head();
  if (!head) return fail(head.error());
  const auto label = decode_label(head->text);
  if (!label) return fail(label.error());
  if (label->fingerprint != request.fingerprint)
    return fail(ErrorKind::environment, "the delta was taken on another base, or for another request");
  const auto locks = lock_dpkg(root);
  if (!locks) return fail(locks.error());
  auto adjustments = adjust(root, *label);
  if (!adjustments) return fail(adjustments.error());
  for (const auto& command : label->replay) {
    if (!is_replay(command))
      return fail(ErrorKind::data, "the delta asks for a command that is not ours: " + base::join(command, " "));
  }

  if (has_unfinished_restore(root)) {
    // Its record would be taken for one of the marks that this restore makes.
    if (const auto ended = end_published(root); !ended) return fail(ended.error());
    if (auto removed = remove_temporary_files(root); !removed) return fail(removed.error());
  }
  auto staging = StagingFolder::make(root);
  if (!staging) return fail(staging.error());
  auto journal = RestoreJournal::make(root, staging->path());
  if (!journal) return fail(journal.error());
  archive::ExtractOptions options;
  options.place.owners = archive::Owners::keep;
  options.place.xattrs = archive::Xattrs::keep;
  options.place.existing = archive::Existing::compare_contents;
  // A program is looked at when all of it is there; what reads these does so at any time.
  options.place.whole_below = {"etc", "var/lib"};
  // Whatever stops this, dpkg's records and what they are about are of one time: the next installation relies on them.
  options.place.last_below = {kStatusFolder};
  // The target's own records must never be gone, not even for a moment in which this is killed.
  for (const auto& [shared, text] : adjustments->texts) options.place.left_alone.insert(shared->path.substr(1));
  options.place.when_added = [&journal](std::string_view path) { journal->added(path); };
  options.place.when_replaced = [&journal](std::string_view path, const std::string& next) {
    journal->replacing(path, next);
  };
  options.manifest = archive::KeepManifest::yes;
  // A user whom a killed restore has made must not lack a password's entry for good: adduser leaves him as he is.
  const auto first_texts_after = std::stable_partition(adjustments->texts.begin(), adjustments->texts.end(), is_secret);
  options.when_verified = [&]() -> base::Result<void> {
    staging->keep_as_mark();
    return write_texts(root, adjustments->texts.begin(), first_texts_after, *journal);
  };
  auto extracted = reader.extract({{kFilesRoot, root, {}}, {kStatusRoot, staging->path(), {kStatusFile}}}, options);
  if (!extracted) return fail(extracted.error());
  if (auto written = write_texts(root, first_texts_after, adjustments->texts.end(), *journal); !written)
    return fail(written.error());
  for (const auto& [shared, text] : adjustments->texts) {
    if (auto timed = set_folder_time(root, shared->path, *extracted); !timed) return fail(timed.error());
  }
  const auto folder_time = status_folder_time(root, *extracted);
  if (!folder_time) return fail(folder_time.error());
  Restored restored;
  restored.commands = std::move(adjustments->commands);
  restored.commands.insert(restored.commands.end(), label->replay.begin(), label->replay.end());
  restored.extracted = std::move(*extracted);
  restored.expected.head.roots = head->roots;
  restored.rebuilt = std::move(adjustments->rebuilt);
  restored.packages = label->packages;
  restored.install_seconds = label->install_seconds;
  restored.missing_before = label->missing;
  restored.expected.members = std::move(restored.extracted.manifest);
  expect_texts(*adjustments, restored.expected);
  restored.unkept = stage_receipt_of(restored, request, staging->path());
  const auto published = publish_status(root, {*folder_time, restored.commands, staging->path().filename()});
  if (!published) return fail(published.error());
  if (restored.unkept.empty()) restored.unkept = *published;
  return restored;
}

}  // namespace ci::delta
