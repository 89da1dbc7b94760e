#include "delta/restore.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <optional>

#include "base/text.hpp"
#include "delta/capture.hpp"
#include "delta/digest.hpp"
#include "delta/obstacles.hpp"
#include "delta/shared_files.hpp"
#include "platform/file_descriptor.hpp"
#include "platform/filesystem.hpp"

namespace ci::delta {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::fail;

tl::unexpected<base::Error> io_failure(const std::string& what, const fs::path& path) {
  return fail(ErrorKind::io, what + " " + path.string() + ": " + std::strerror(errno));
}

// What is to be done about shared files that are not as the installation found them.
struct Adjustments {
  std::map<std::string, std::string> merged;       // path -> contents
  std::vector<std::vector<std::string>> commands;  // each once, in the order in which they were needed
};

base::Result<void> adjust(const fs::path& root, const SharedLabel& label, Adjustments& adjustments) {
  const auto* rule = find_shared(label.path);
  if (rule == nullptr) return fail(ErrorKind::data, "the delta names a shared file that is none: " + label.path);
  const auto present = contents_digest(root, label.path);
  if (!present) return fail(present.error());
  if (*present == label.replaced || *present == label.installed) return {};
  switch (rule->rule) {
    case SharedRule::same:
      break;
    case SharedRule::merge: {
      const auto target = platform::read_file(root / label.path.substr(1));
      if (label.after.empty() || !target) break;
      auto merged = merge_records(rule->format, label.before, label.after, *target);
      if (!merged) return fail(merged.error().within(label.path));
      adjustments.merged[label.path] = std::move(*merged);
      return {};
    }
    case SharedRule::rebuild: {
      auto command = base::split(rule->command, ' ');
      auto& commands = adjustments.commands;
      if (std::find(commands.begin(), commands.end(), command) == commands.end())
        commands.push_back(std::move(command));
      return {};
    }
  }
  return fail(ErrorKind::environment, label.path + " is not as the delta expects it");
}

// Puts other contents into a restored file; owner and mode stay.
base::Result<void> replace_contents(const fs::path& path, const std::string& contents) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return io_failure("cannot read", path);
  const fs::path next = path.string() + ".ci-optimizer";
  {
    const platform::FileDescriptor file(
        ::open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file || ::fchown(file.get(), status.st_uid, status.st_gid) != 0 ||
        ::fchmod(file.get(), status.st_mode & 07777) != 0 ||
        ::write(file.get(), contents.data(), contents.size()) != static_cast<ssize_t>(contents.size())) {
      return io_failure("cannot write", next);
    }
  }
  if (::rename(next.c_str(), path.c_str()) != 0) return io_failure("cannot replace", path);
  return {};
}

// Gives `path` the modification time that the archive has for it.
base::Result<void> set_time(const fs::path& path, std::int64_t nanoseconds) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  const timespec time{nanoseconds / kSecond, nanoseconds % kSecond};
  const timespec times[2] = {time, time};
  if (::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW) != 0)
    return io_failure("cannot set the time of", path);
  return {};
}

// Puts dpkg's new status file in place: from here on the packages are installed.
base::Result<void> publish_status(const fs::path& root, const fs::path& staged,
                                  const archive::ExtractSummary& summary) {
  const fs::path folder = root / kStatusFolder;
  if (::rename((staged / kStatusFile).c_str(), (folder / kStatusFile).c_str()) != 0) {
    return io_failure("cannot replace", folder / kStatusFile);
  }
  if (::rmdir(staged.c_str()) != 0) return io_failure("cannot remove", staged);
  for (const auto& member : summary.manifest) {
    if (member.root == 0 && member.path == kStatusFolder) return set_time(folder, member.mtime);
  }
  return {};
}

}  // namespace

base::Result<Restored> restore(const fs::path& root, const std::string& fingerprint, archive::ByteSource& source) {
  archive::ArchiveReader reader(source);
  const auto head = reader.read_head();
  if (!head) return fail(head.error());
  const auto label = decode_label(head->text);
  if (!label) return fail(label.error());
  if (label->fingerprint != fingerprint) return fail(ErrorKind::environment, "the delta was taken on another base");
  Adjustments adjustments;
  for (const auto& shared : label->shared) {
    if (auto fits = adjust(root, shared, adjustments); !fits) return fail(fits.error());
  }
  for (const auto& command : label->replay) {
    if (!is_replay(command))
      return fail(ErrorKind::data, "the delta asks for a command that is not ours: " + base::join(command, " "));
  }

  const auto staging = platform::TemporaryFolder::make(root / kStatusFolder, "ci-optimizer-");
  if (!staging) return fail(staging.error());
  archive::ExtractOptions options;
  options.place = {archive::Owners::keep, archive::Xattrs::keep, archive::Existing::compare_metadata};
  options.manifest = archive::KeepManifest::yes;
  auto extracted = reader.extract({{kFilesRoot, root, {}}, {kStatusRoot, staging->path(), {kStatusFile}}}, options);
  if (!extracted) return fail(extracted.error());
  for (const auto& [path, contents] : adjustments.merged) {
    if (auto replaced = replace_contents(root / path.substr(1), contents); !replaced) return fail(replaced.error());
  }
  if (auto published = publish_status(root, staging->path(), *extracted); !published) return fail(published.error());

  Restored restored{std::move(*extracted), label->packages, label->install_seconds, std::move(adjustments.commands)};
  restored.commands.insert(restored.commands.end(), label->replay.begin(), label->replay.end());
  return restored;
}

}  // namespace ci::delta
