#include "apt/dpkg_deb_service.hpp"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

#include "apt/stand_in.hpp"

namespace ci::apt {
namespace {

namespace fs = std::filesystem;

constexpr char kDone[] = "done";
constexpr char kNotDone[] = "not done";
constexpr char kBrokenOff[] = "broken off";
constexpr auto kListen = std::chrono::milliseconds(100);  // in which the service notices its end
constexpr auto kLongestUnpack = std::chrono::minutes(30);
constexpr int kDpkgDebError = 2;  // dpkg-deb(1), EXIT STATUS

constexpr char kSocket[] = "socket";

}  // namespace

base::Result<std::unique_ptr<DpkgDebService>> DpkgDebService::start(const fs::path& program,
                                                                    const std::vector<fs::path>& archives,
                                                                    UnpackAhead::Limits limits) {
  auto folder = platform::TemporaryFolder::make("/tmp", "ci-optimizer-dpkg-");
  if (!folder) return base::fail(folder.error());
  if (const auto added = add_stand_in(folder->path(), program, kDpkgDeb); !added) return base::fail(added.error());
  auto server = platform::LocalServer::listen(folder->path() / kSocket);
  if (!server) return base::fail(server.error());
  return std::unique_ptr<DpkgDebService>(new DpkgDebService(std::move(*folder), std::move(*server), archives, limits));
}

DpkgDebService::DpkgDebService(platform::TemporaryFolder folder, platform::LocalServer server,
                               const std::vector<fs::path>& archives, UnpackAhead::Limits limits)
    : folder_(std::move(folder)), server_(std::move(server)), ahead_(archives, limits) {
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
  return become_real(kDpkgDeb, arguments, environment);
}

}  // namespace ci::apt
