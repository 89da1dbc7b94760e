#include "platform/descriptor_offer.hpp"

#include <chrono>

namespace ci::platform {
namespace {

constexpr auto kPatience = std::chrono::seconds(10);

}  // namespace

base::Result<std::unique_ptr<LocalService>> offer_descriptor(const std::filesystem::path& socket, int descriptor) {
  return LocalService::start(socket,
                             [descriptor](const LocalQuestion& question) { question.answer("here", descriptor); });
}

base::Result<FileDescriptor> take_offer(const std::filesystem::path& socket) {
  auto answer = ask_local_server(socket, "descriptor", -1, kPatience);
  if (!answer) return base::fail(answer.error());
  if (!answer->file) return base::fail(base::ErrorKind::io, "no descriptor came from " + socket.string());
  return std::move(answer->file);
}

}  // namespace ci::platform
