#include "delta/restore.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/text.hpp"
#include "delta/capture.hpp"
#include "delta/digest.hpp"
#include "delta/obstacles.hpp"
#include "platform/file_descriptor.hpp"
#include "platform/filesystem.hpp"
#include "platform/system_error.hpp"

namespace ci::delta {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::fail;
using platform::system_error;

constexpr char kStagingPrefix[] = "ci-optimizer-";  // of folders beside dpkg's status file

// dpkg's and apt's locks (dpkg(1), lock-frontend), held while they exist.
struct DpkgLocks {
  platform::FileDescriptor frontend, database;
};

// Locks `file`; nothing is held when there is no such file. Error: environment when another process has the lock.
base::Result<platform::FileDescriptor> lock(const fs::path& file) {
  platform::FileDescriptor descriptor(::open(file.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  if (!descriptor && errno == ENOENT) return descriptor;
  if (!descriptor) return fail(system_error("cannot open", file, errno));
  struct flock whole {};
  whole.l_type = F_WRLCK;
  if (::fcntl(descriptor.get(), F_SETLK, &whole) == 0) return descriptor;
  return fail(ErrorKind::environment, "dpkg is in use by another process (" + file.string() + ")");
}

base::Result<DpkgLocks> lock_dpkg(const fs::path& root) {
  auto frontend = lock(root / kStatusFolder / "lock-frontend");
  if (!frontend) return fail(frontend.error());
  auto database = lock(root / kStatusFolder / "lock");
  if (!database) return fail(database.error());
  return DpkgLocks{std::move(*frontend), std::move(*database)};
}

// The staging folders of restores below `root`, running or killed.
std::vector<fs::path> staging_folders(const fs::path& root) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator entry(root / kStatusFolder, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().filename().string().starts_with(kStagingPrefix)) found.push_back(entry->path());
  }
  return found;
}

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

// What is to be done about shared files that are not simply put in place.
struct Adjustments {
  std::vector<std::pair<const SharedLabel*, std::string>> texts;  // to be written
  std::vector<std::vector<std::string>> commands;                 // each once, in the order in which they were needed
};

bool is_secret(const std::pair<const SharedLabel*, std::string>& text) {
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
    auto command = base::split(decision->command, ' ');
    auto& commands = adjustments.commands;
    if (std::find(commands.begin(), commands.end(), command) == commands.end()) commands.push_back(std::move(command));
  }
  // Copies first: they are made of what their origin was.
  std::stable_partition(adjustments.texts.begin(), adjustments.texts.end(),
                        [](const auto& text) { return origin_of(text.first->path) != text.first->path; });
  return adjustments;
}

// Gives `path` the modification time that the archive has for it.
base::Result<void> set_time(const fs::path& path, std::int64_t nanoseconds) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  const timespec time{nanoseconds / kSecond, nanoseconds % kSecond};
  const timespec times[2] = {time, time};
  if (::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW) != 0)
    return fail(system_error("cannot set the time of", path, errno));
  return {};
}

// Puts a file with the text, and the metadata that the installation left, in the place of a shared one.
base::Result<void> write_shared(const fs::path& root, const SharedLabel& label, const std::string& text) {
  const fs::path path = root / label.path.substr(1);
  const fs::path next = path.string() + ".ci-optimizer";
  {
    const platform::FileDescriptor file(
        ::open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
    if (!file || ::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
        ::fchown(file.get(), label.uid, label.gid) != 0 || ::fchmod(file.get(), label.mode) != 0) {
      return fail(system_error("cannot write", next, errno));
    }
  }
  if (auto timed = set_time(next, label.modified); !timed) return timed;
  if (::rename(next.c_str(), path.c_str()) != 0) return fail(system_error("cannot replace", path, errno));
  return {};
}

// Gives the folder of `path` the time that the archive has for it: replacing a file has changed it.
base::Result<void> set_folder_time(const fs::path& root, const std::string& path,
                                   const archive::ExtractSummary& summary) {
  const fs::path folder = fs::path(path).relative_path().parent_path();
  for (const auto& member : summary.manifest) {
    if (member.root == 0 && member.path == folder) return set_time(root / folder, member.mtime);
  }
  return {};
}

// Puts dpkg's new status file in place: from here on the packages are installed.
base::Result<void> publish_status(const fs::path& root, const fs::path& staged,
                                  const archive::ExtractSummary& summary) {
  const fs::path folder = root / kStatusFolder;
  if (::rename((staged / kStatusFile).c_str(), (folder / kStatusFile).c_str()) != 0) {
    return fail(system_error("cannot replace", folder / kStatusFile, errno));
  }
  if (::rmdir(staged.c_str()) != 0) return fail(system_error("cannot remove", staged, errno));
  return set_folder_time(root, std::string("/") + kStatusFolder + "/" + kStatusFile, summary);
}

}  // namespace

base::Result<Restored> restore(const fs::path& root, const std::string& fingerprint, archive::ByteSource& source) {
  archive::ArchiveReader reader(source);
  const auto head = reader.read_head();
  if (!head) return fail(head.error());
  const auto label = decode_label(head->text);
  if (!label) return fail(label.error());
  if (label->fingerprint != fingerprint)
    return fail(ErrorKind::environment, "the delta was taken on another base, or for another request");
  const auto locks = lock_dpkg(root);
  if (!locks) return fail(locks.error());
  auto adjustments = adjust(root, *label);
  if (!adjustments) return fail(adjustments.error());
  for (const auto& command : label->replay) {
    if (!is_replay(command))
      return fail(ErrorKind::data, "the delta asks for a command that is not ours: " + base::join(command, " "));
  }

  const auto killed = staging_folders(root);
  const auto staging = platform::TemporaryFolder::make(root / kStatusFolder, kStagingPrefix);
  if (!staging) return fail(staging.error());
  archive::ExtractOptions options;
  options.place = {archive::Owners::keep, archive::Xattrs::keep, archive::Existing::compare_contents, {}};
  // The target's own records must never be gone, not even for a moment in which this is killed.
  for (const auto& [shared, text] : adjustments->texts) options.place.left_alone.insert(shared->path.substr(1));
  options.manifest = archive::KeepManifest::yes;
  // A user whom a killed restore has made must not lack a password's entry for good: adduser leaves him as he is.
  const auto first_texts_after = std::stable_partition(adjustments->texts.begin(), adjustments->texts.end(), is_secret);
  for (auto text = adjustments->texts.begin(); text != first_texts_after; ++text) {
    if (auto written = write_shared(root, *text->first, text->second); !written) return fail(written.error());
  }
  auto extracted = reader.extract({{kFilesRoot, root, {}}, {kStatusRoot, staging->path(), {kStatusFile}}}, options);
  if (!extracted) return fail(extracted.error());
  for (auto text = first_texts_after; text != adjustments->texts.end(); ++text) {
    if (auto written = write_shared(root, *text->first, text->second); !written) return fail(written.error());
  }
  for (const auto& [shared, text] : adjustments->texts) {
    if (auto timed = set_folder_time(root, shared->path, *extracted); !timed) return fail(timed.error());
  }
  std::error_code ignored;
  for (const auto& folder : killed) fs::remove_all(folder, ignored);
  if (auto published = publish_status(root, staging->path(), *extracted); !published) return fail(published.error());

  Restored restored{std::move(*extracted), label->packages, label->install_seconds, std::move(adjustments->commands)};
  restored.commands.insert(restored.commands.end(), label->replay.begin(), label->replay.end());
  return restored;
}

bool has_unfinished_restore(const fs::path& root) {
  return !staging_folders(root).empty();
}

}  // namespace ci::delta
