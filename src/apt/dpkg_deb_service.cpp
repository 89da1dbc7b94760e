#include "apt/dpkg_deb_service.hpp"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

#include "base/text.hpp"

namespace ci::apt {
namespace {

namespace fs = std::filesystem;

constexpr char kDone[] = "done";
constexpr char kNotDone[] = "not done";
constexpr char kBrokenOff[] = "broken off";
constexpr auto kListen = std::chrono::milliseconds(100);  // in which the service notices its end
constexpr auto kLongestUnpack = std::chrono::minutes(30);
constexpr int kDpkgDebError = 2;  // dpkg-deb(1), EXIT STATUS

constexpr char kName[] = "dpkg-deb";
constexpr char kSocket[] = "socket";

// Replaces this process by the first dpkg-deb of PATH outside of `folder`.
int become_dpkg_deb(const std::vector<std::string>& arguments, const std::string& path, const fs::path& folder) {
  std::vector<char*> argv = {const_cast<char*>(kName)};
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  auto places = base::split(path, ':');
  places.emplace_back("/usr/bin");
  for (const auto& place : places) {
    if (place.empty() || fs::path(place) == folder) continue;
    ::execv((fs::path(place) / kName).c_str(), argv.data());
  }
  std::fputs("ci-optimizer: error: dpkg-deb is not in PATH\n", stderr);
  return kDpkgDebError;
}

}  // namespace

base::Result<std::unique_ptr<DpkgDebService>> DpkgDebService::start(const fs::path& program,
                                                                    const std::vector<fs::path>& archives,
                                                                    UnpackAhead::Limits limits, DebCopies* copies) {
  auto folder = platform::TemporaryFolder::make("/tmp", "ci-optimizer-dpkg-");
  if (!folder) return base::fail(folder.error());
  std::error_code error;
  fs::create_symlink(program, folder->path() / kName, error);
  if (error) return base::fail(base::ErrorKind::io, "cannot make a link in " + folder->path().string());
  auto server = platform::LocalServer::listen(folder->path() / kSocket);
  if (!server) return base::fail(server.error());
  return std::unique_ptr<DpkgDebService>(
      new DpkgDebService(std::move(*folder), std::move(*server), archives, limits, copies));
}

DpkgDebService::DpkgDebService(platform::TemporaryFolder folder, platform::LocalServer server,
                               const std::vector<fs::path>& archives, UnpackAhead::Limits limits, DebCopies* copies)
    : folder_(std::move(folder)), server_(std::move(server)), ahead_(archives, limits, copies) {
  sigset_t every, before;
  sigfillset(&every);
  pthread_sigmask(SIG_SETMASK, &every, &before);
  thread_ = std::thread([this] { answer_questions(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

DpkgDebService::~DpkgDebService() {
  stopping_ = true;
  ahead_.stop();
  thread_.join();
}

void DpkgDebService::answer_questions() {
  while (!stopping_) {
    auto question = server_.next(kListen);
    if (!question) continue;
    auto& [archive, pipe] = question->message;
    const auto outcome = pipe ? ahead_.serve(archive, pipe.get()) : UnpackAhead::Served::not_at_all;
    pipe.reset();
    if (outcome == UnpackAhead::Served::whole) ++served_;
    question->answer(outcome == UnpackAhead::Served::whole        ? kDone
                     : outcome == UnpackAhead::Served::not_at_all ? kNotDone
                                                                  : kBrokenOff);
  }
}

bool is_dpkg_deb_stand_in(const std::string& name, const platform::Environment& environment) {
  return fs::path(name).filename() == kName && !environment.get(kStandInVariable).empty();
}

int stand_in_for_dpkg_deb(const std::vector<std::string>& arguments, const platform::Environment& environment) {
  const fs::path folder = environment.get(kStandInVariable);
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
  return become_dpkg_deb(arguments, environment.get("PATH"), folder);
}

}  // namespace ci::apt
