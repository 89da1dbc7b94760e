#pragma once
// Digests of many files at once, on all cores, in the order in which they were given.
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/digest.hpp"
#include "base/result.hpp"
#include "cache/file_search.hpp"
#include "platform/cancellation.hpp"

namespace ci::cache {

struct FileDigest {
  FoundFile file;
  base::Sha256Digest digest{};
  std::int64_t bytes = 0;
  bool is_directory = false;  // a link to one: it has no digest
};

// Threads begin while files are still being added, as many as there is work for and one less than there are cores; the
// thread that calls finish() is the last of them. Cancellation stops them after the file that they are at.
class ParallelDigests {
 public:
  ParallelDigests(unsigned cores, const platform::Cancellation& cancellation);
  ParallelDigests(const ParallelDigests&) = delete;
  ParallelDigests& operator=(const ParallelDigests&) = delete;
  ~ParallelDigests();

  void add(FoundFile file);
  // Whether some file could not be read: adding more is of no use.
  [[nodiscard]] bool failed() const { return failed_.load(std::memory_order_relaxed); }
  // Waits for all digests. Error: io or permission, of the first file that cannot be read; cancelled.
  base::Result<std::deque<FileDigest>> finish();

 private:
  void publish();
  void start_thread();
  void work();
  struct Batch {
    std::size_t first = 0;  // position of the first of them
    std::vector<FileDigest*> files;
  };
  Batch take();
  void keep_error(base::Error error, std::size_t at);
  void stop();

  const unsigned cores_;
  const platform::Cancellation& cancellation_;
  std::vector<FoundFile> fresh_;  // added and not yet published
  std::atomic<bool> failed_ = false;

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<FileDigest> files_;
  std::size_t taken_ = 0;  // files_ before it have a thread
  bool complete_ = false;  // no more will be published
  std::optional<base::Error> error_;
  std::size_t error_at_ = 0;

  std::vector<std::thread> threads_;
};

}  // namespace ci::cache
