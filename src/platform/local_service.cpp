#include "platform/local_service.hpp"

#include <chrono>
#include <utility>

namespace ci::platform {
namespace {

constexpr auto kListen = std::chrono::milliseconds(50);  // in which the service notices its end

}  // namespace

base::Result<std::unique_ptr<LocalService>> LocalService::start(const std::filesystem::path& path, Handler handler) {
  auto server = LocalServer::listen(path);
  if (!server) return base::fail(server.error());
  return std::unique_ptr<LocalService>(new LocalService(std::move(*server), std::move(handler)));
}

LocalService::LocalService(LocalServer server, Handler handler)
    : server_(std::move(server)), handler_(std::move(handler)) {
  thread_ = std::thread([this] {
    while (!stopping_) {
      if (auto question = server_.next(kListen)) handler_(std::move(*question));
    }
  });
}

LocalService::~LocalService() {
  stopping_ = true;
  thread_.join();
}

}  // namespace ci::platform
