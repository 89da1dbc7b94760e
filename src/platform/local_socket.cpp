#include "platform/local_socket.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "platform/system_error.hpp"

namespace ci::platform {
namespace {

constexpr std::size_t kLongestText = 4096;

base::Result<sockaddr_un> address_of(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.string().size() >= sizeof address.sun_path) {
    return base::fail(system_error("cannot use the socket", path, ENAMETOOLONG));
  }
  std::memcpy(address.sun_path, path.c_str(), path.string().size());
  return address;
}

FileDescriptor make_socket() {
  return FileDescriptor(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
}

// One message with room for one descriptor.
struct Envelope {
  std::array<char, kLongestText> text{};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  iovec part{text.data(), text.size()};
  msghdr header{};

  Envelope() {
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
  }
};

bool send_message(int socket, const std::string& text, int file, int flags) {
  Envelope envelope;
  if (text.size() > envelope.text.size()) {
    errno = EMSGSIZE;
    return false;
  }
  std::memcpy(envelope.text.data(), text.data(), text.size());
  envelope.part.iov_len = text.size();
  if (file < 0) {
    envelope.header.msg_controllen = 0;
  } else {
    auto* item = CMSG_FIRSTHDR(&envelope.header);
    item->cmsg_level = SOL_SOCKET;
    item->cmsg_type = SCM_RIGHTS;
    item->cmsg_len = CMSG_LEN(sizeof file);
    std::memcpy(CMSG_DATA(item), &file, sizeof file);
  }
  return ::sendmsg(socket, &envelope.header, MSG_NOSIGNAL | flags) >= 0;
}

// Nothing when the other side ended, was silent for too long or sent nothing; errno says which.
std::optional<LocalMessage> receive_message(int socket) {
  Envelope envelope;
  const auto count = ::recvmsg(socket, &envelope.header, MSG_CMSG_CLOEXEC);
  if (count == 0) errno = ECONNRESET;
  if (count <= 0) return std::nullopt;
  LocalMessage message{{envelope.text.data(), static_cast<std::size_t>(count)}, {}};
  for (auto* item = CMSG_FIRSTHDR(&envelope.header); item != nullptr; item = CMSG_NXTHDR(&envelope.header, item)) {
    if (item->cmsg_level != SOL_SOCKET || item->cmsg_type != SCM_RIGHTS) continue;
    int descriptor = -1;
    std::memcpy(&descriptor, CMSG_DATA(item), sizeof descriptor);
    message.file.reset(descriptor);
  }
  return message;
}

void limit_wait(int socket, base::Duration limit) {
  const timeval patience{limit.count() / 1'000'000, limit.count() % 1'000'000};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}

}  // namespace

void LocalQuestion::answer(const std::string& text, int file) const {
  (void)send_message(connection.get(), text, file, MSG_DONTWAIT);
}

base::Result<LocalServer> LocalServer::listen(const std::filesystem::path& path) {
  const auto address = address_of(path);
  if (!address) return base::fail(address.error());
  FileDescriptor socket = make_socket();
  if (!socket || ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0 ||
      ::listen(socket.get(), SOMAXCONN) != 0) {
    return base::fail(system_error("cannot listen at", path, errno));
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
  limit_wait(question.connection.get(), std::chrono::seconds(1));
  auto message = receive_message(question.connection.get());
  if (!message) return std::nullopt;
  question.message = std::move(*message);
  return question;
}

base::Result<LocalMessage> ask_local_server(const std::filesystem::path& path, const std::string& text, int file,
                                            base::Duration limit) {
  const auto address = address_of(path);
  if (!address) return base::fail(address.error());
  const FileDescriptor socket = make_socket();
  if (!socket || ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0) {
    auto error = system_error("cannot reach", path, errno);
    error.kind = base::ErrorKind::unavailable;
    return base::fail(std::move(error));
  }
  limit_wait(socket.get(), limit);
  if (!send_message(socket.get(), text, file, 0)) return base::fail(system_error("cannot ask", path, errno));
  auto answer = receive_message(socket.get());
  if (!answer) return base::fail(system_error("no answer from", path, errno));
  return std::move(*answer);
}

}  // namespace ci::platform
