#pragma once
// The pipe between an archive's maker or reader and the thread that moves its bytes over the network.
#include "base/result.hpp"
#include "platform/file_descriptor.hpp"

namespace ci::store {

enum class PipeEnd { reading, writing };

struct EntryPipe {
  platform::FileDescriptor reading;
  platform::FileDescriptor writing;

  // Makes a pipe, as large as the system allows up to a megabyte, whose end `ours` never blocks. Error: io.
  static base::Result<EntryPipe> make(PipeEnd ours);
};

// From now on a write of this thread to a pipe that nobody reads fails with EPIPE, and does not end the process.
void survive_broken_pipes();

}  // namespace ci::store
