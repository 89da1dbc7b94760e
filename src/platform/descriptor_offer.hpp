#pragma once
// Hands an open file to a child process. sudo closes every descriptor but three on the way to it, so the child asks for
// it at a socket.
#include <atomic>
#include <filesystem>
#include <memory>
#include <thread>

#include "base/result.hpp"
#include "platform/local_socket.hpp"

namespace ci::platform {

class DescriptorOffer {
 public:
  // Answers at `socket`, a path that must not exist, with duplicates of `descriptor` as long as it lives. Who may ask
  // is for the folder's mode to say. Error: io.
  static base::Result<std::unique_ptr<DescriptorOffer>> make(const std::filesystem::path& socket, int descriptor);
  DescriptorOffer(const DescriptorOffer&) = delete;
  DescriptorOffer& operator=(const DescriptorOffer&) = delete;
  ~DescriptorOffer();

 private:
  DescriptorOffer(LocalServer server, int descriptor);

  LocalServer server_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

// The child's side: the descriptor that is offered at `socket`. Error: unavailable when none is, io.
base::Result<FileDescriptor> take_offer(const std::filesystem::path& socket);

}  // namespace ci::platform
