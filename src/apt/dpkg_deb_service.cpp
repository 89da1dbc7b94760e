#include "apt/dpkg_deb_service.hpp"

#include <unistd.h>

#include <chrono>
#include <cstdio>

#include "apt/control_files.hpp"
#include "apt/stand_in.hpp"

namespace ci::apt {
namespace {

namespace fs = std::filesystem;

constexpr char kDone[] = "done";
constexpr char kNotDone[] = "not done";
constexpr char kBrokenOff[] = "broken off";
constexpr auto kLongestUnpack = std::chrono::minutes(30);
constexpr int kDpkgDebError = 2;  // dpkg-deb(1), EXIT STATUS

constexpr char kSocket[] = "socket";

}  // namespace

base::Result<std::unique_ptr<DpkgDebService>> DpkgDebService::start(const fs::path& program,
                                                                    const std::vector<fs::path>& archives,
                                                                    UnpackAhead::Limits limits, DebCopies* copies) {
  auto folder = platform::TemporaryFolder::make("/tmp", "ci-optimizer-dpkg-");
  if (!folder) return base::fail(folder.error());
  if (const auto added = add_stand_in(folder->path(), program, kDpkgDeb); !added) return base::fail(added.error());
  std::unique_ptr<DpkgDebService> made(new DpkgDebService(std::move(*folder), archives, limits, copies));
  auto service = platform::LocalService::start(
      made->folder() / kSocket, [&made = *made](platform::LocalQuestion question) { made.serve(std::move(question)); });
  if (!service) return base::fail(service.error());
  made->service_ = std::move(*service);
  return made;
}

DpkgDebService::DpkgDebService(platform::TemporaryFolder folder, const std::vector<fs::path>& archives,
                               UnpackAhead::Limits limits, DebCopies* copies)
    : folder_(std::move(folder)), ahead_(archives, limits, copies) {}

DpkgDebService::~DpkgDebService() {
  ahead_.stop();
}

void DpkgDebService::serve(platform::LocalQuestion question) {
  auto& [archive, pipe] = question.message;
  const auto outcome = pipe ? ahead_.serve(archive, pipe.get()) : UnpackAhead::Served::not_at_all;
  pipe.reset();
  if (outcome == UnpackAhead::Served::whole) ++served_;
  question.answer(outcome == UnpackAhead::Served::whole        ? kDone
                  : outcome == UnpackAhead::Served::not_at_all ? kNotDone
                                                               : kBrokenOff);
}

int stand_in_for_dpkg_deb(const std::vector<std::string>& arguments, const platform::Environment& environment) {
  const fs::path folder = environment.get(kStandInVariable);
  if (arguments.size() == 3 && arguments[0] == "--control") {
    // dpkg-deb starts a decompressor and tar for it. What is unusual is left to it.
    if (const auto files = read_control_files(arguments[1])) {
      const auto written = write_control_files(*files, arguments[2]);
      if (written) return 0;
      std::fprintf(stderr, "ci-optimizer: error: %s\n", written.error().message.c_str());
      return kDpkgDebError;
    }
  }
  if (arguments.size() == 2 && arguments[0] == "--fsys-tarfile") {
    // dpkg knows the archive by a link that apt made.
    std::error_code error;
    const auto archive = fs::canonical(arguments[1], error);
    const auto answer = platform::ask_local_server(folder / kSocket, archive.string(), STDOUT_FILENO, kLongestUnpack);
    if (answer && answer->text == kDone) return 0;
    if (answer && answer->text == kBrokenOff) {
      std::fprintf(stderr, "ci-optimizer: error: cannot unpack %s: the archive is damaged or dpkg stopped reading\n",
                   archive.c_str());
      return kDpkgDebError;
    }
    if (!answer && answer.error().kind != base::ErrorKind::unavailable) {
      // Part of the archive may have been written.
      std::fprintf(stderr, "ci-optimizer: error: cannot unpack %s: %s\n", archive.c_str(),
                   answer.error().message.c_str());
      return kDpkgDebError;
    }
  }
  return become_real(kDpkgDeb, arguments, environment);
}

}  // namespace ci::apt
