#include "relay/question.hpp"

#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>

#include "relay/protocol.hpp"
#include "relay/system_call.hpp"

namespace ci::relay {
namespace {

// A descriptor beside a message (cmsg(3)).
struct Companion {
  alignas(cmsghdr) unsigned char bytes[CMSG_SPACE(sizeof(int))];

  cmsghdr* head() { return reinterpret_cast<cmsghdr*>(bytes); }
  int* file() { return reinterpret_cast<int*>(CMSG_DATA(head())); }
};

msghdr message_of(iovec& part) {
  msghdr message;
  message.msg_name = nullptr;
  message.msg_namelen = 0;
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = nullptr;
  message.msg_controllen = 0;
  message.msg_flags = 0;
  return message;
}

bool send(long socket, const Text& question, int file) {
  iovec part{const_cast<char*>(question.bytes()), question.size()};
  msghdr message = message_of(part);
  Companion companion;
  if (file >= 0) {
    companion.head()->cmsg_len = CMSG_LEN(sizeof(int));
    companion.head()->cmsg_level = SOL_SOCKET;
    companion.head()->cmsg_type = SCM_RIGHTS;
    *companion.file() = file;
    message.msg_control = companion.bytes;
    message.msg_controllen = sizeof companion.bytes;
  }
  return system_call(SYS_sendmsg, socket, address(&message), MSG_NOSIGNAL) >= 0;
}

bool receive(long socket, Answer& answer) {
  iovec part{answer.text, sizeof answer.text - 1};
  msghdr message = message_of(part);
  Companion companion;
  message.msg_control = companion.bytes;
  message.msg_controllen = sizeof companion.bytes;
  const long count = system_call(SYS_recvmsg, socket, address(&message), MSG_CMSG_CLOEXEC);
  if (count <= 0) return false;
  answer.text[count] = '\0';
  if (message.msg_controllen >= sizeof(cmsghdr) && companion.head()->cmsg_type == SCM_RIGHTS) {
    answer.file = *companion.file();
  }
  return true;
}

}  // namespace

Answer ask(const Text& path, const Text& question, int file) {
  Answer answer;
  answer.kind = Answer::Kind::nobody_listens;
  answer.file = -1;
  sockaddr_un name;
  if (!path.fits() || !question.fits() || path.size() >= sizeof name.sun_path) return answer;
  name.sun_family = AF_UNIX;
  for (std::size_t i = 0; i <= path.size(); ++i) name.sun_path[i] = path.bytes()[i];
  const long socket = system_call(SYS_socket, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC);
  if (socket < 0 || system_call(SYS_connect, socket, address(&name), sizeof name) != 0) return answer;
  const timeval patience{kLongestWait, 0};
  system_call(SYS_setsockopt, socket, SOL_SOCKET, SO_RCVTIMEO, address(&patience), sizeof patience);
  answer.kind = Answer::Kind::lost;
  if (send(socket, question, file) && receive(socket, answer)) answer.kind = Answer::Kind::text;
  return answer;
}

}  // namespace ci::relay
