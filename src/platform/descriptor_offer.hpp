#pragma once
// Hands an open file to a child process. sudo closes every descriptor but three on the way to it, so the child asks for
// it at a socket.
#include <filesystem>
#include <memory>

#include "base/result.hpp"
#include "platform/file_descriptor.hpp"
#include "platform/local_service.hpp"

namespace ci::platform {

// Answers at `socket`, a path that must not exist, with duplicates of `descriptor` as long as the service lives. Who
// may ask is for the folder's mode to say. Error: io, permission.
base::Result<std::unique_ptr<LocalService>> offer_descriptor(const std::filesystem::path& socket, int descriptor);

// The child's side: the descriptor that is offered at `socket`. Error: unavailable when none is, io.
base::Result<FileDescriptor> take_offer(const std::filesystem::path& socket);

}  // namespace ci::platform
