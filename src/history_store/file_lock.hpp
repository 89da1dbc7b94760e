#pragma once
// A lock between processes, on a file of its own. The kernel drops it when its owner dies.
#include <filesystem>

#include "base/result.hpp"
#include "platform/file_descriptor.hpp"

namespace ci::history_store {

class FileLock {
 public:
  // Takes the lock, making the file when there is none. Error: timeout when another process has it; permission, io.
  static base::Result<FileLock> take(const std::filesystem::path& file);

 private:
  explicit FileLock(platform::FileDescriptor file) : file_(std::move(file)) {}
  platform::FileDescriptor file_;
};

}  // namespace ci::history_store
