#include "platform/local_socket.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace ci::platform {
namespace {

constexpr std::size_t kLongestText = 4096;

tl::unexpected<base::Error> failure(const std::string& what, const std::filesystem::path& path,
                                    base::ErrorKind kind = base::ErrorKind::io) {
  return base::fail(kind, what + " " + path.string() + ": " + std::strerror(errno));
}

base::Result<sockaddr_un> address_of(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.string().size() >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return failure("cannot use the socket", path);
  }
  std::memcpy(address.sun_path, path.c_str(), path.string().size());
  return address;
}

FileDescriptor make_socket() {
  return FileDescriptor(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
}

// One message that carries text and has room for one descriptor.
struct Message {
  std::array<char, kLongestText> text{};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  iovec part{};
  msghdr header{};

  Message() {
    part = {text.data(), text.size()};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
  }
};

}  // namespace

void LocalQuestion::answer(char byte) const {
  (void)::send(connection.get(), &byte, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

base::Result<LocalServer> LocalServer::listen(const std::filesystem::path& path) {
  const auto address = address_of(path);
  if (!address) return base::fail(address.error());
  FileDescriptor socket = make_socket();
  if (!socket || ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0 ||
      ::listen(socket.get(), SOMAXCONN) != 0) {
    return failure("cannot listen at", path);
  }
  return LocalServer(std::move(socket));
}

std::optional<LocalQuestion> LocalServer::next(base::Duration limit) const {
  pollfd waiting{socket_.get(), POLLIN, 0};
  if (::poll(&waiting, 1, static_cast<int>(limit.count() / 1000)) <= 0) return std::nullopt;
  LocalQuestion question;
  question.connection.reset(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!question.connection) return std::nullopt;
  // Who connects and says nothing must not keep the others waiting.
  constexpr timeval kPatience{1, 0};
  ::setsockopt(question.connection.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  Message message;
  const auto count = ::recvmsg(question.connection.get(), &message.header, MSG_CMSG_CLOEXEC);
  for (auto* item = CMSG_FIRSTHDR(&message.header); item != nullptr; item = CMSG_NXTHDR(&message.header, item)) {
    if (item->cmsg_level != SOL_SOCKET || item->cmsg_type != SCM_RIGHTS) continue;
    int descriptor = -1;
    std::memcpy(&descriptor, CMSG_DATA(item), sizeof descriptor);
    question.file.reset(descriptor);
  }
  if (count <= 0 || !question.file) return std::nullopt;
  question.text.assign(message.text.data(), static_cast<std::size_t>(count));
  return question;
}

base::Result<char> ask_local_server(const std::filesystem::path& path, const std::string& text, int file,
                                    base::Duration limit) {
  const auto address = address_of(path);
  if (!address) return base::fail(address.error());
  const FileDescriptor socket = make_socket();
  const timeval patience{limit.count() / 1'000'000, limit.count() % 1'000'000};
  if (!socket || ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0 ||
      ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0) {
    return failure("cannot reach", path, base::ErrorKind::unavailable);
  }
  Message message;
  if (text.size() > message.text.size()) {
    errno = EMSGSIZE;
    return failure("cannot ask", path);
  }
  std::memcpy(message.text.data(), text.data(), text.size());
  message.part.iov_len = text.size();
  auto* item = CMSG_FIRSTHDR(&message.header);
  item->cmsg_level = SOL_SOCKET;
  item->cmsg_type = SCM_RIGHTS;
  item->cmsg_len = CMSG_LEN(sizeof file);
  std::memcpy(CMSG_DATA(item), &file, sizeof file);
  if (::sendmsg(socket.get(), &message.header, MSG_NOSIGNAL) < 0) return failure("cannot ask", path);
  char byte = 0;
  const auto count = ::recv(socket.get(), &byte, 1, 0);
  if (count == 0) errno = ECONNRESET;
  if (count <= 0) return failure("no answer from", path);
  return byte;
}

}  // namespace ci::platform
