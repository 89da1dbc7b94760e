#include "platform/descriptor_offer.hpp"

#include <pthread.h>
#include <signal.h>

#include <chrono>

namespace ci::platform {
namespace {

constexpr auto kListen = std::chrono::milliseconds(50);  // in which the offer notices its end
constexpr auto kPatience = std::chrono::seconds(10);

}  // namespace

base::Result<std::unique_ptr<DescriptorOffer>> DescriptorOffer::make(const std::filesystem::path& socket,
                                                                     int descriptor) {
  auto server = LocalServer::listen(socket);
  if (!server) return base::fail(server.error());
  return std::unique_ptr<DescriptorOffer>(new DescriptorOffer(std::move(*server), descriptor));
}

DescriptorOffer::DescriptorOffer(LocalServer server, int descriptor) : server_(std::move(server)) {
  // Signals are for the main thread.
  sigset_t every, before;
  sigfillset(&every);
  pthread_sigmask(SIG_SETMASK, &every, &before);
  thread_ = std::thread([this, descriptor] {
    while (!stopping_) {
      if (const auto question = server_.next(kListen)) question->answer("here", descriptor);
    }
  });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

DescriptorOffer::~DescriptorOffer() {
  stopping_ = true;
  thread_.join();
}

base::Result<FileDescriptor> take_offer(const std::filesystem::path& socket) {
  auto answer = ask_local_server(socket, "descriptor", -1, kPatience);
  if (!answer) return base::fail(answer.error());
  if (!answer->file) return base::fail(base::ErrorKind::io, "no descriptor came from " + socket.string());
  return std::move(answer->file);
}

}  // namespace ci::platform
