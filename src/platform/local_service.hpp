#pragma once
// A LocalServer on a thread of its own.
#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <thread>

#include "base/result.hpp"
#include "platform/local_socket.hpp"

namespace ci::platform {

class LocalService {
 public:
  // Takes a question; its answer must be given before it returns.
  using Handler = std::function<void(LocalQuestion question)>;

  // Listens at `path` (see LocalServer::listen) as long as it lives and calls `handler` on the service's thread, one
  // question after the other. Error: io, permission.
  static base::Result<std::unique_ptr<LocalService>> start(const std::filesystem::path& path, Handler handler);
  LocalService(const LocalService&) = delete;
  LocalService& operator=(const LocalService&) = delete;
  // Waits for the question that is being answered.
  ~LocalService();

 private:
  LocalService(LocalServer server, Handler handler);

  LocalServer server_;
  Handler handler_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace ci::platform
