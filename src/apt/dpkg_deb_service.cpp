#include "apt/dpkg_deb_service.hpp"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "apt/control_files.hpp"
#include "apt/relay_program.hpp"
#include "platform/child_process.hpp"
#include "relay/protocol.hpp"

namespace ci::apt {
namespace {

namespace fs = std::filesystem;

using base::ErrorKind;
using base::fail;
using platform::FileDescriptor;

constexpr const char* kFolders[] = {"/tmp", "/var/tmp"};  // one of them may be mounted noexec
constexpr const char* kPrograms[] = {"dpkg-deb", "dpkg-split"};

// Puts the relay under a program's name into `folder`, and a link to the real one where the relay looks for it.
base::Result<void> add_relay(const fs::path& folder, const std::string& name, std::string_view path) {
  const auto real = platform::find_program(name, path);
  if (!real) return fail(real.error());
  std::error_code error;
  fs::create_directories(folder / relay::kRealPrograms, error);
  if (!error) fs::create_symlink(*real, folder / relay::kRealPrograms / name, error);
  if (error) return fail(ErrorKind::io, "cannot make a link in " + folder.string());
  const auto program = folder / name;
  if (const auto written = platform::write_file(program, relay_program()); !written) return written;
  if (::chmod(program.c_str(), 0755) != 0 || ::access(program.c_str(), X_OK) != 0) {
    return fail(ErrorKind::permission, "no program can be started from " + folder.string());
  }
  return {};
}

base::Result<platform::RunFolder> make_folder(std::string_view path) {
  base::Error error;
  for (const char* place : kFolders) {
    auto folder = platform::RunFolder::make(place, "dpkg");
    if (!folder) {
      error = folder.error();
      continue;
    }
    base::Result<void> added;
    for (const char* name : kPrograms) {
      if (added) added = add_relay(folder->path(), name, path);
    }
    if (added) return folder;
    error = added.error();
  }
  return fail(std::move(error));
}

// A file in memory of these bytes; none when that cannot be.
FileDescriptor memory_file(std::string_view bytes) {
  FileDescriptor file(::memfd_create("control", MFD_CLOEXEC));
  if (!file || ::write(file.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()) ||
      ::lseek(file.get(), 0, SEEK_SET) != 0) {
    file.reset();
  }
  return file;
}

}  // namespace

base::Result<std::unique_ptr<DpkgDebService>> DpkgDebService::start(std::string_view path,
                                                                    const std::vector<fs::path>& archives,
                                                                    UnpackAhead::Limits limits, DebCopies* copies) {
  auto folder = make_folder(path);
  if (!folder) return fail(folder.error());
  std::unique_ptr<DpkgDebService> made(new DpkgDebService(std::move(*folder), archives, limits, copies));
  auto service = platform::LocalService::start(
      made->folder() / relay::kSocket,
      [&made = *made](platform::LocalQuestion question) { made.serve(std::move(question)); });
  if (!service) return fail(service.error());
  made->service_ = std::move(*service);
  return made;
}

DpkgDebService::DpkgDebService(platform::RunFolder folder, const std::vector<fs::path>& archives,
                               UnpackAhead::Limits limits, DebCopies* copies)
    : folder_(std::move(folder)), ahead_(archives, limits, copies) {}

DpkgDebService::~DpkgDebService() {
  ahead_.stop();
}

void DpkgDebService::serve(platform::LocalQuestion question) {
  const std::string_view text = question.message.text;
  constexpr std::string_view kContents = relay::kContents, kControl = relay::kControl;
  if (text.starts_with(kContents)) {
    const fs::path archive = text.substr(kContents.size());
    return give_contents(std::move(question), archive);
  }
  if (!text.starts_with(kControl)) return question.answer(relay::kNotDone);
  // dpkg-deb starts a decompressor and tar for it. What is unusual is left to it.
  const auto files = read_control_files(text.substr(kControl.size()));
  const auto file = files ? memory_file(packed(*files)) : FileDescriptor();
  question.answer(file ? relay::kDone : relay::kNotDone, file.get());
}

void DpkgDebService::give_contents(platform::LocalQuestion question, const fs::path& archive) {
  auto& pipe = question.message.file;
  const auto outcome = pipe ? ahead_.serve(archive, pipe.get()) : UnpackAhead::Served::not_at_all;
  pipe.reset();
  if (outcome == UnpackAhead::Served::whole) ++served_;
  question.answer(outcome == UnpackAhead::Served::whole        ? relay::kDone
                  : outcome == UnpackAhead::Served::not_at_all ? relay::kNotDone
                                                               : relay::kBrokenOff);
}

}  // namespace ci::apt
