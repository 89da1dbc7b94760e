#pragma once
// Decompresses .deb archives on all cores before dpkg asks for them. dpkg unpacks one package after the other and has
// each decompressed in one process: half of an installation's CPU time, on one core (issue 3, tiers 2 and 3).
#include <chrono>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "apt/deb_copies.hpp"
#include "apt/spool_file.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace ci::apt {

class UnpackAhead {
 public:
  struct Limits {
    unsigned workers = 2;
    std::size_t bytes = std::size_t{64} << 20;   // decompressed and not yet served, in memory
    std::size_t spool = std::size_t{768} << 20;  // beyond that, in a file: all of it in this object's life
    // serve() waits that long for a worker, several times what a chunk takes it, before it decompresses by itself.
    base::Duration patience = std::chrono::milliseconds(10);
  };
  // What became of a request.
  enum class Served {
    whole,       // every byte was written
    not_at_all,  // nothing was: dpkg-deb has to do it
    broken_off,  // some was, then the archive turned out damaged or the reader had gone
  };

  // Starts on the archives `paths`, in the order in which dpkg is expected to want them. One that is not there yet is
  // waited for: apt gives an archive its name when it has verified it. `copies`, if any, gets what is decompressed.
  UnpackAhead(const std::vector<std::filesystem::path>& paths, Limits limits, DebCopies* copies = nullptr);
  UnpackAhead(const UnpackAhead&) = delete;
  UnpackAhead& operator=(const UnpackAhead&) = delete;
  // Ends at once whatever is under way.
  ~UnpackAhead();

  // Writes the contents (data.tar, decompressed) of the archive at `path` to `out`, a pipe, which it makes
  // non-blocking, while SIGPIPE is ignored. What no worker has begun, or is too slow with, is decompressed by the
  // caller's thread. An archive is served once, and only when it is still the file that a worker read.
  Served serve(const std::filesystem::path& path, int out);

  // Makes serve() return soon.
  void stop();

 private:
  struct Chunk {
    std::unique_ptr<std::byte[]> bytes;  // nullptr while they are in the spool
    std::size_t size = 0;
    std::int64_t spooled_at = 0;
  };
  // Which file was read, to tell whether another has taken its name since.
  struct Identity {
    std::uint64_t device = 0, inode = 0, size = 0;
    std::int64_t changed_nanoseconds = 0;
    bool operator==(const Identity&) const = default;
  };
  struct Archive {
    enum class State { waiting, running, complete, failed, gone };
    std::filesystem::path path;
    State state = State::waiting;
    Identity identity;
    std::deque<Chunk> chunks;
    std::size_t bytes = 0;  // of `chunks`, in memory
    bool wanted = false;    // dpkg waits for it: the limit does not hold it up
  };

  bool is_stopping() const;
  static base::Result<Identity> identity_of(const std::filesystem::path& path);
  void work();
  Archive* next();
  base::Result<void> decompress(Archive& archive, std::unique_ptr<DebCopy>& copy);
  bool keep(Archive& archive, Chunk chunk);
  void spool(Chunk& chunk, std::unique_lock<std::mutex>& lock);
  bool has_room(const Archive& archive, std::size_t size) const;
  void drop(Archive& archive);
  Served stream(Archive& archive, int out, std::unique_lock<std::mutex>& lock);
  Served decompress_here(const Archive& archive, std::size_t given, int out);
  bool write_chunk(Chunk& chunk, int out);
  bool write_all(std::span<const std::byte> bytes, int out);

  const Limits limits_;
  DebCopies* const copies_;
  mutable std::mutex mutex_;  // guards all below but threads_
  std::condition_variable changed_;
  std::deque<Archive> archives_;
  std::size_t held_ = 0;  // bytes of all chunks, in memory
  SpoolFile spool_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace ci::apt
