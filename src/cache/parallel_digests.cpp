#include "cache/parallel_digests.hpp"

#include <algorithm>

#include "cache/file_digester.hpp"

namespace ci::cache {
namespace {

constexpr std::size_t kPublishAtOnce = 32;
constexpr std::size_t kTakeAtOnce = 8;

}  // namespace

ParallelDigests::ParallelDigests(unsigned cores, const platform::Cancellation& cancellation)
    : cores_(std::max(cores, 1U)), cancellation_(cancellation) {}

ParallelDigests::~ParallelDigests() {
  stop();
}

void ParallelDigests::add(FoundFile file) {
  fresh_.push_back(std::move(file));
  if (fresh_.size() >= kPublishAtOnce) publish();
}

void ParallelDigests::publish() {
  {
    const std::lock_guard lock(mutex_);
    for (auto& file : fresh_) files_.push_back({std::move(file), {}, 0, false});
  }
  fresh_.clear();
  changed_.notify_one();
  if (threads_.size() + 1 < cores_) start_thread();
}

void ParallelDigests::start_thread() {
  threads_.emplace_back([this] { work(); });
}

ParallelDigests::Batch ParallelDigests::take() {
  std::unique_lock lock(mutex_);
  // Published by add() or finish(), or stopped by the destructor: one of them always comes.
  changed_.wait(lock, [this] { return taken_ < files_.size() || complete_ || failed(); });
  Batch batch{taken_, {}};
  if (failed()) return batch;
  // Few are left at the end: they are shared out one by one, for one of them may be large.
  const std::size_t left = files_.size() - taken_;
  const std::size_t count = complete_ ? std::clamp<std::size_t>(left / cores_ / 2, 1, kTakeAtOnce) : kTakeAtOnce;
  for (std::size_t more = std::min(count, left); more > 0; --more) batch.files.push_back(&files_[taken_++]);
  return batch;
}

void ParallelDigests::work() {
  FileDigester digester(cancellation_);
  for (auto batch = take(); !batch.files.empty(); batch = take()) {
    for (auto* one : batch.files) {
      const auto digested = digester.digest(one->file);
      if (!digested) return keep_error(digested.error(), batch.first);
      one->is_directory = !*digested;
      if (!*digested) continue;
      one->digest = (*digested)->digest;
      one->bytes = (*digested)->bytes;
    }
  }
}

// Batches are taken in order and the others finish theirs: of several errors the first file's is kept.
void ParallelDigests::keep_error(base::Error error, std::size_t at) {
  const std::lock_guard lock(mutex_);
  if (!error_ || at < error_at_) {
    error_ = std::move(error);
    error_at_ = at;
  }
  failed_ = true;
  changed_.notify_all();
}

void ParallelDigests::stop() {
  {
    const std::lock_guard lock(mutex_);
    complete_ = true;
    taken_ = files_.size();
  }
  changed_.notify_all();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

base::Result<std::deque<FileDigest>> ParallelDigests::finish() {
  {
    const std::lock_guard lock(mutex_);
    for (auto& file : fresh_) files_.push_back({std::move(file), {}, 0, false});
    complete_ = true;
  }
  fresh_.clear();
  changed_.notify_all();
  while (threads_.size() + 1 < std::min<std::size_t>(cores_, files_.size())) start_thread();
  work();
  stop();
  if (error_) return base::fail(*error_);
  return std::move(files_);
}

}  // namespace ci::cache
