#include "delta/additions.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "archive/confined_folder.hpp"
#include "archive/member.hpp"
#include "archive/tree_scan.hpp"
#include "base/text.hpp"
#include "delta/capture.hpp"
#include "platform/filesystem.hpp"
#include "platform/system_error.hpp"

namespace ci::delta {
namespace {

namespace fs = std::filesystem;

constexpr char kName[] = "additions";

// What changes whenever dpkg writes its status file; "" when there is none.
std::string status_identity(const fs::path& root) {
  struct stat status {};
  if (::lstat((root / kStatusFolder / kStatusFile).c_str(), &status) != 0) return "";
  const auto state = archive::file_state(status);
  return fmt::format("{} {} {} {} {}", state.device, state.inode, state.size, state.mtime, state.ctime);
}

// 0 or an error number; what is gone already, and a folder that is not empty, are none.
int remove_entry(int folder, const std::string& name) {
  if (::unlinkat(folder, name.c_str(), 0) == 0 || errno == ENOENT) return 0;
  if (errno != EISDIR && errno != EPERM) return errno;
  return ::unlinkat(folder, name.c_str(), AT_REMOVEDIR) == 0 || errno == ENOTEMPTY || errno == EBUSY ? 0 : errno;
}

}  // namespace

base::Result<AdditionsJournal> AdditionsJournal::make(const fs::path& root, const fs::path& mark) {
  const fs::path path = mark / kName;
  platform::FileDescriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
  if (!file) return base::fail(platform::system_error("cannot write", path, errno));
  AdditionsJournal journal(std::move(file));
  journal.add(status_identity(root));
  return journal;
}

void AdditionsJournal::add(std::string_view path) const {
  std::string record(path);
  record += '\0';
  (void)!::write(file_.get(), record.data(), record.size());  // one call: records of several threads do not mix
}

base::Result<void> take_back_additions(const fs::path& root, const fs::path& mark) {
  const auto journal = platform::read_file(mark / kName);
  if (!journal) return {};  // killed before there was one
  auto records = base::split(*journal, '\0');
  records.pop_back();  // what follows the last NUL was never whole
  if (records.empty() || records.front().empty() || records.front() != status_identity(root)) return {};
  const auto top = archive::ConfinedFolder::open(root);
  if (!top) return base::fail(top.error());
  archive::FolderCursor cursor(*top);
  for (auto path = records.rbegin(); path != records.rend() - 1; ++path) {
    const auto folder = cursor.folder(archive::parent_of(*path));
    if (!folder) continue;  // gone with all that was in it
    const int error = remove_entry(*folder, std::string(archive::name_in_parent(*path)));
    if (error != 0) return base::fail(platform::system_error("cannot remove", *path, error));
  }
  return {};
}

}  // namespace ci::delta
