#include "delta/restore.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/text.hpp"
#include "delta/capture.hpp"
#include "delta/obstacles.hpp"
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

// What is to be done about shared files that are not simply put in place.
struct Adjustments {
  std::vector<std::pair<const SharedLabel*, std::string>> texts;  // to be written
  std::vector<std::vector<std::string>> commands;                 // each once, in the order in which they were needed
};

base::Result<Adjustments> adjust(const fs::path& root, const Label& label) {
  Adjustments adjustments;
  for (const auto& shared : label.shared) {
    auto decision = decide_shared(root, shared.path, shared.change);
    if (!decision) return fail(decision.error());
    if (decision->act == SharedAct::write) adjustments.texts.emplace_back(&shared, std::move(decision->text));
    if (decision->act != SharedAct::rebuild) continue;
    auto command = base::split(decision->command, ' ');
    auto& commands = adjustments.commands;
    if (std::find(commands.begin(), commands.end(), command) == commands.end()) commands.push_back(std::move(command));
  }
  return adjustments;
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

// Puts a file with the text, and the metadata that the installation left, in the place of a shared one.
base::Result<void> write_shared(const fs::path& root, const SharedLabel& label, const std::string& text) {
  const fs::path path = root / label.path.substr(1);
  const fs::path next = path.string() + ".ci-optimizer";
  {
    const platform::FileDescriptor file(
        ::open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
    if (!file || ::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
        ::fchown(file.get(), label.uid, label.gid) != 0 || ::fchmod(file.get(), label.mode) != 0) {
      return io_failure("cannot write", next);
    }
  }
  if (auto timed = set_time(next, label.modified); !timed) return timed;
  if (::rename(next.c_str(), path.c_str()) != 0) return io_failure("cannot replace", path);
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
    return io_failure("cannot replace", folder / kStatusFile);
  }
  if (::rmdir(staged.c_str()) != 0) return io_failure("cannot remove", staged);
  return set_folder_time(root, std::string("/") + kStatusFolder + "/" + kStatusFile, summary);
}

}  // namespace

base::Result<Restored> restore(const fs::path& root, const std::string& fingerprint, archive::ByteSource& source) {
  archive::ArchiveReader reader(source);
  const auto head = reader.read_head();
  if (!head) return fail(head.error());
  const auto label = decode_label(head->text);
  if (!label) return fail(label.error());
  if (label->fingerprint != fingerprint) return fail(ErrorKind::environment, "the delta was taken on another base");
  auto adjustments = adjust(root, *label);
  if (!adjustments) return fail(adjustments.error());
  for (const auto& command : label->replay) {
    if (!is_replay(command))
      return fail(ErrorKind::data, "the delta asks for a command that is not ours: " + base::join(command, " "));
  }

  const auto staging = platform::TemporaryFolder::make(root / kStatusFolder, "ci-optimizer-");
  if (!staging) return fail(staging.error());
  archive::ExtractOptions options;
  options.place = {archive::Owners::keep, archive::Xattrs::keep, archive::Existing::compare_contents};
  options.manifest = archive::KeepManifest::yes;
  auto extracted = reader.extract({{kFilesRoot, root, {}}, {kStatusRoot, staging->path(), {kStatusFile}}}, options);
  if (!extracted) return fail(extracted.error());
  for (const auto& [shared, text] : adjustments->texts) {
    if (auto written = write_shared(root, *shared, text); !written) return fail(written.error());
    if (auto timed = set_folder_time(root, shared->path, *extracted); !timed) return fail(timed.error());
  }
  if (auto published = publish_status(root, staging->path(), *extracted); !published) return fail(published.error());

  Restored restored{std::move(*extracted), label->packages, label->install_seconds, std::move(adjustments->commands)};
  restored.commands.insert(restored.commands.end(), label->replay.begin(), label->replay.end());
  return restored;
}

}  // namespace ci::delta
