#include "apt/unpack_ahead.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>

#include "apt/deb_contents.hpp"
#include "platform/system_error.hpp"

namespace ci::apt {
namespace {

using base::ErrorKind;
using base::fail;

constexpr char kSpoolFolder[] = "/var/tmp";
constexpr std::size_t kChunk = std::size_t{128} << 10;
constexpr std::size_t kWantedAhead = std::size_t{8} << 20;  // kept of an archive that is being served, limit or not
constexpr int kLookAhead = 200;                             // archives not there yet before the search gives up
constexpr auto kArrival = std::chrono::milliseconds(20);    // between two looks for archives that arrive
constexpr int kNice = 10;                                   // of those that decompress
constexpr std::size_t kPace = 40;                           // bytes that xz gives in a microsecond
constexpr int kPipe = 1 << 20;                              // bytes
constexpr int kStopCheck = 100;                             // ms in which a writer notices stop()

}  // namespace

UnpackAhead::UnpackAhead(const std::vector<std::filesystem::path>& paths, Limits limits, DebCopies* copies)
    : limits_(limits), copies_(copies), spool_(kSpoolFolder, limits.spool) {
  for (const auto& path : paths) archives_.emplace_back().path = path;
  for (unsigned worker = 0; worker < limits_.workers; ++worker) threads_.emplace_back([this] { work(); });
}

UnpackAhead::~UnpackAhead() {
  stop();
  for (auto& thread : threads_) thread.join();
}

void UnpackAhead::stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
}

bool UnpackAhead::is_stopping() const {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

base::Result<UnpackAhead::Identity> UnpackAhead::identity_of(const std::filesystem::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return fail(ErrorKind::io, "no such archive");
  return Identity{status.st_dev, status.st_ino, static_cast<std::uint64_t>(status.st_size),
                  status.st_ctim.tv_sec * 1'000'000'000 + status.st_ctim.tv_nsec};
}

void UnpackAhead::work() {
  // dpkg has one thread, and it is what takes longest.
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNice);
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    Archive* archive = held_ < limits_.bytes || !spool_.is_full() ? next() : nullptr;
    if (archive == nullptr) {
      changed_.wait_for(lock, kArrival);
      continue;
    }
    archive->state = Archive::State::running;
    lock.unlock();
    std::unique_ptr<DebCopy> copy;
    const auto done = decompress(*archive, copy);
    lock.lock();
    if (archive->state == Archive::State::running) {
      archive->state = done ? Archive::State::complete : Archive::State::failed;
    }
    changed_.notify_all();
    if (!done || !copy) continue;
    lock.unlock();
    copies_->end(archive->path, *copy);
    lock.lock();
  }
}

// The first archive that nobody has begun and that is there.
UnpackAhead::Archive* UnpackAhead::next() {
  int absent = 0;
  for (auto& archive : archives_) {
    if (archive.state != Archive::State::waiting) continue;
    if (const auto identity = identity_of(archive.path)) {
      archive.identity = *identity;
      return &archive;
    }
    if (++absent == kLookAhead) break;
  }
  return nullptr;
}

base::Result<void> UnpackAhead::decompress(Archive& archive, std::unique_ptr<DebCopy>& copy) {
  auto contents = DebContents::open(archive.path);
  if (!contents) return fail(contents.error());
  if (copies_ != nullptr) copy = copies_->begin(archive.path, *contents);
  for (bool finished = false; !finished;) {
    Chunk chunk{std::make_unique_for_overwrite<std::byte[]>(kChunk), 0};
    const auto count = contents->read({chunk.bytes.get(), kChunk});
    if (!count) return fail(count.error());
    chunk.size = *count;
    finished = *count < kChunk;
    // A copy that fails is no reason not to unpack.
    if (copy && !copy->append({chunk.bytes.get(), chunk.size})) copy.reset();
    if (!keep(archive, std::move(chunk))) return fail(ErrorKind::cancelled, "no longer wanted");
  }
  return {};
}

bool UnpackAhead::has_room(const Archive& archive, std::size_t size) const {
  return held_ + size <= limits_.bytes || (archive.wanted && archive.bytes + size <= kWantedAhead);
}

// Adds a chunk when there is room for it. Returns whether the archive is still wanted.
bool UnpackAhead::keep(Archive& archive, Chunk chunk) {
  std::unique_lock lock(mutex_);
  if (!has_room(archive, chunk.size)) spool(chunk, lock);
  const bool in_memory = chunk.bytes != nullptr;
  changed_.wait(lock, [&] {
    return stopping_ || archive.state == Archive::State::gone || !in_memory || has_room(archive, chunk.size);
  });
  if (stopping_ || archive.state == Archive::State::gone) return false;
  if (in_memory) {
    held_ += chunk.size;
    archive.bytes += chunk.size;
  }
  archive.chunks.push_back(std::move(chunk));
  changed_.notify_all();
  return true;
}

// Puts the bytes of a chunk aside when the spool has room.
void UnpackAhead::spool(Chunk& chunk, std::unique_lock<std::mutex>& lock) {
  const auto at = spool_.reserve(chunk.size);
  if (!at) return;
  lock.unlock();
  const bool written = spool_.write(*at, {chunk.bytes.get(), chunk.size});
  lock.lock();
  if (!written) {
    spool_.close();  // the disk is full
    return;
  }
  chunk.bytes.reset();
  chunk.spooled_at = *at;
}

void UnpackAhead::drop(Archive& archive) {
  archive.state = Archive::State::gone;
  held_ -= archive.bytes;
  archive.bytes = 0;
  archive.chunks.clear();
  changed_.notify_all();
}

UnpackAhead::Served UnpackAhead::serve(const std::filesystem::path& path, int out) {
  std::unique_lock lock(mutex_);
  const auto archive =
      std::find_if(archives_.begin(), archives_.end(), [&](const Archive& item) { return item.path == path; });
  if (archive == archives_.end()) return Served::not_at_all;
  const auto identity = identity_of(path);
  if (archive->state == Archive::State::waiting && identity) {
    archive->identity = *identity;
    drop(*archive);
    lock.unlock();
    return decompress_here(*archive, 0, out);
  }
  const bool is_begun = archive->state == Archive::State::running || archive->state == Archive::State::complete;
  if (!is_begun || !identity || *identity != archive->identity) {
    drop(*archive);
    return Served::not_at_all;
  }
  archive->wanted = true;
  changed_.notify_all();
  const auto served = stream(*archive, out, lock);
  drop(*archive);
  return served;
}

UnpackAhead::Served UnpackAhead::stream(Archive& archive, int out, std::unique_lock<std::mutex>& lock) {
  std::size_t given = 0;
  for (;;) {
    // Where others want the processors too, a worker's low priority may get it none of them. Waiting for it pays for as
    // long as it takes to decompress again what it has given.
    const auto patience = std::max(limits_.patience, base::Duration(given / kPace));
    const bool moved = changed_.wait_for(lock, patience, [&] {
      return stopping_ || !archive.chunks.empty() || archive.state == Archive::State::complete ||
             archive.state == Archive::State::failed;
    });
    if (stopping_) return given > 0 ? Served::broken_off : Served::not_at_all;
    if (!moved) {
      drop(archive);
      lock.unlock();
      const auto served = decompress_here(archive, given, out);
      lock.lock();
      return served;
    }
    if (archive.chunks.empty()) {
      if (archive.state == Archive::State::complete) return Served::whole;
      return given > 0 ? Served::broken_off : Served::not_at_all;
    }
    Chunk chunk = std::move(archive.chunks.front());
    archive.chunks.pop_front();
    if (chunk.bytes) {
      archive.bytes -= chunk.size;
      held_ -= chunk.size;
    }
    changed_.notify_all();
    lock.unlock();
    given += chunk.size;
    const bool written = write_chunk(chunk, out);
    lock.lock();
    if (!written) return Served::broken_off;
  }
}

// Writes all but the first `given` bytes of the contents, decompressing them in this thread.
UnpackAhead::Served UnpackAhead::decompress_here(const Archive& archive, std::size_t given, int out) {
  const auto broken_off = [&given] { return given > 0 ? Served::broken_off : Served::not_at_all; };
  auto contents = DebContents::open(archive.path);
  const auto identity = identity_of(archive.path);
  if (!contents || !identity || *identity != archive.identity) return broken_off();
  std::vector<std::byte> room(kChunk);
  for (std::size_t position = 0, count = kChunk; count == kChunk; position += count) {
    const auto read = contents->read(room);
    if (!read || is_stopping()) return broken_off();
    count = *read;
    if (position + count <= given) continue;
    const auto news = std::span(room).first(count).subspan(given - position);
    given = position + count;
    if (!write_all(news, out)) return Served::broken_off;
  }
  return Served::whole;
}

bool UnpackAhead::write_chunk(Chunk& chunk, int out) {
  if (!chunk.bytes) {
    chunk.bytes = std::make_unique_for_overwrite<std::byte[]>(chunk.size);
    if (!spool_.read(chunk.spooled_at, {chunk.bytes.get(), chunk.size})) return false;
  }
  return write_all({chunk.bytes.get(), chunk.size}, out);
}

bool UnpackAhead::write_all(std::span<const std::byte> bytes, int out) {
  ::fcntl(out, F_SETFL, O_NONBLOCK);
  ::fcntl(out, F_SETPIPE_SZ, kPipe);  // smaller is only slower
  while (!bytes.empty()) {
    const auto count = ::write(out, bytes.data(), bytes.size());
    if (count >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(count));
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return false;
    pollfd waiting{out, POLLOUT, 0};
    ::poll(&waiting, 1, kStopCheck);
    if (is_stopping()) return false;
  }
  return true;
}

}  // namespace ci::apt
