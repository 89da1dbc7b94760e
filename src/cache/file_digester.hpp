#pragma once
// The digest of one file.
#include <cstdint>
#include <memory>
#include <optional>

#include "base/digest.hpp"
#include "base/result.hpp"
#include "cache/file_search.hpp"
#include "platform/cancellation.hpp"

namespace ci::cache {

// Reads files through one buffer. It belongs to one thread.
class FileDigester {
 public:
  explicit FileDigester(const platform::Cancellation& cancellation);

  struct Digested {
    base::Sha256Digest digest{};
    std::int64_t bytes = 0;
  };
  // Returns the digest of what the file, or what a link leads to, holds; nothing for a directory. Error: io or
  // permission; io also for a pipe or a socket, which would wait for a writer; cancelled.
  base::Result<std::optional<Digested>> digest(const FoundFile& file);

 private:
  const platform::Cancellation& cancellation_;
  base::Sha256 running_;
  std::unique_ptr<unsigned char[]> buffer_;
};

}  // namespace ci::cache
