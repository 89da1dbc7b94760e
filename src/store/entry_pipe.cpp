#include "store/entry_pipe.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace ci::store {

base::Result<EntryPipe> EntryPipe::make(PipeEnd ours) {
  constexpr int kCapacity = 1 << 20;  // the most that Linux gives everybody
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return base::fail(base::ErrorKind::io, std::string("cannot make a pipe: ") + std::strerror(errno));
  }
  EntryPipe pipe{platform::FileDescriptor(ends[0]), platform::FileDescriptor(ends[1])};
  const int our_end = ours == PipeEnd::reading ? ends[0] : ends[1];
  ::fcntl(our_end, F_SETPIPE_SZ, kCapacity);  // smaller is only slower
  if (::fcntl(our_end, F_SETFL, O_NONBLOCK) != 0) {
    return base::fail(base::ErrorKind::io, std::string("cannot set up a pipe: ") + std::strerror(errno));
  }
  return pipe;
}

void survive_broken_pipes() {
  sigset_t broken_pipe;
  ::sigemptyset(&broken_pipe);
  ::sigaddset(&broken_pipe, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
}

}  // namespace ci::store
