#include "store/block_upload.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "platform/http_retry.hpp"
#include "platform/url.hpp"

namespace ci::store {
namespace {

using base::ErrorKind;

constexpr std::chrono::milliseconds kTick{100};
constexpr std::size_t kReadAtOnce = std::size_t{2} << 20;  // between looks at the network

}  // namespace

BlockUpload::BlockUpload(std::unique_ptr<BlockTarget> target, const BlockSettings& settings,
                         const platform::Platform& platform, EntryPipe pipe)
    : target_(std::move(target)),
      settings_(settings),
      platform_(platform),
      transfers_(platform.http.transfers()),
      pipe_(std::move(pipe)) {
  take_buffer();
}

base::Result<std::unique_ptr<BlockUpload>> BlockUpload::begin(std::unique_ptr<BlockTarget> target,
                                                              const BlockSettings& settings,
                                                              const platform::Platform& platform) {
  auto pipe = EntryPipe::make(PipeEnd::reading);
  if (!pipe) return base::fail(pipe.error());
  std::unique_ptr<BlockUpload> upload(new BlockUpload(std::move(target), settings, platform, std::move(*pipe)));
  upload->thread_ = std::thread([&self = *upload] { self.run(); });
  return upload;
}

BlockUpload::~BlockUpload() {
  abandoned_ = true;
  pipe_.writing.reset();
  if (thread_.joinable()) thread_.join();
  if (begun_ && !committed_) target_->abandon();
}

std::optional<NotSaved> BlockUpload::refusal() const {
  const std::lock_guard lock(mutex_);
  return outcome_ ? std::nullopt : std::optional(outcome_.error());
}

tl::expected<void, NotSaved> BlockUpload::commit() {
  if (!thread_.joinable()) return failed(NotSavedReason::failed, ErrorKind::bug, "an entry was committed twice");
  pipe_.writing.reset();
  thread_.join();
  if (!outcome_) return outcome_;
  auto saved = target_->commit(next_, cut_bytes_);
  committed_ = saved.has_value();
  return saved;
}

void BlockUpload::run() {
  Outcome outcome;
  while (outcome && !done() && !abandoned_) outcome = step();
  transfers_.reset();
  blocks_.clear();
  {
    const std::lock_guard lock(mutex_);
    outcome_ = std::move(outcome);
  }
  pipe_.reading.reset();
}

BlockUpload::Outcome BlockUpload::step() {
  if (platform_.cancellation.signal() != 0) return failed(NotSavedReason::failed, ErrorKind::cancelled, "cancelled");
  if (platform_.clock.monotonic() >= settings_.end) {
    return failed(NotSavedReason::failed, ErrorKind::timeout, "it was not sent in the time that a save may take");
  }
  if (auto read = read_pipe(); !read) return read;
  if (auto cut_off = cut(); !cut_off) return cut_off;
  if (auto sent = send_due_blocks(); !sent) return sent;
  if (done()) return {};
  for (const auto& [id, answer] : transfers_->wait(may_read() ? pipe_.reading.get() : -1, POLLIN, kTick)) {
    if (auto fine = end_try(static_cast<std::size_t>(id), answer); !fine) return fine;
  }
  return {};
}

BlockUpload::Outcome BlockUpload::read_pipe() {
  for (std::size_t taken = 0; may_read() && taken < kReadAtOnce;) {
    const std::size_t room = settings_.block - filling_.size;
    const auto count = ::read(pipe_.reading.get(), filling_.data.get() + filling_.size, room);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) break;
    if (count < 0) return failed(NotSavedReason::failed, ErrorKind::io, std::strerror(errno));
    at_end_ = count == 0;
    filling_.size += static_cast<std::size_t>(count);
    taken += static_cast<std::size_t>(count);
  }
  return {};
}

BlockUpload::Outcome BlockUpload::cut() {
  if (blocks_.size() >= settings_.at_once) return {};
  const bool full = filling_.size == settings_.block;
  const bool nothing_else = blocks_.empty() && filling_.size >= (next_ == 0 ? settings_.first : settings_.least);
  const bool rest = at_end_ && (filling_.size > 0 || !begun_);
  if (!full && !nothing_else && !rest) return {};
  if (!begun_) {
    if (auto ready = target_->begin(at_end_ ? Extent::whole : Extent::blocks); !ready) return ready;
    begun_ = true;
  }
  Block& block = blocks_[next_++];
  block.offset = cut_bytes_;
  block.bytes = std::exchange(filling_, {});
  cut_bytes_ += block.bytes.size;
  take_buffer();
  return {};
}

void BlockUpload::take_buffer() {
  if (spare_.empty()) {
    filling_.data = std::make_unique_for_overwrite<char[]>(settings_.block);
    return;
  }
  filling_ = std::move(spare_.back());
  spare_.pop_back();
}

BlockUpload::Outcome BlockUpload::send_due_blocks() {
  const auto now = platform_.clock.monotonic();
  std::vector<std::size_t> needless;
  for (auto& [number, block] : blocks_) {
    if (block.running || now < block.not_before) continue;
    auto request = target_->block(number, block.offset, block.bytes.view());
    if (!request) {
      needless.push_back(number);
      continue;
    }
    shown_url_ = platform::shown_url(request->url);
    request->stall_timeout = settings_.stall;
    request->total_timeout = std::min(settings_.one_try, settings_.end - now);
    block.running = true;
    transfers_->start(static_cast<int>(number), *request, block.bytes.view(), {});
  }
  for (const auto number : needless) drop(number);
  return {};
}

void BlockUpload::drop(std::size_t number) {
  const auto found = blocks_.find(number);
  found->second.bytes.size = 0;
  spare_.push_back(std::move(found->second.bytes));
  blocks_.erase(found);
}

BlockUpload::Outcome BlockUpload::end_try(std::size_t number, const base::Result<platform::HttpResponse>& answer) {
  Block& block = blocks_.at(number);
  block.running = false;
  ++block.tries;
  if (answer && answer->status >= 200 && answer->status <= 299) {
    target_->stored(number, *answer);
    drop(number);
    return {};
  }
  const auto now = platform_.clock.monotonic();
  auto wait = platform::backoff(block.tries, platform::random_jitter());
  std::string why = answer ? fmt::format("HTTP {}", answer->status) : answer.error().message;
  if (answer) {
    const auto asked = platform::usual_wait(*answer, block.tries, platform_.clock.now());
    if (!asked) return failed(target_->reason(*answer), ErrorKind::unavailable, why);
    wait = std::max(wait, *asked);
  }
  if (block.tries >= settings_.tries) why += fmt::format(" (after {} tries)", block.tries);
  if (block.tries >= settings_.tries || wait > settings_.wait || now + wait >= settings_.end) {
    const bool busy = answer && answer->status == 429;
    return failed(busy ? NotSavedReason::later : NotSavedReason::failed, ErrorKind::unavailable, why);
  }
  block.not_before = now + wait;
  return {};
}

tl::unexpected<NotSaved> BlockUpload::failed(NotSavedReason reason, ErrorKind kind, const std::string& why) const {
  const std::string what =
      shown_url_.empty() ? "cannot send the cache entry" : "cannot send the cache entry to " + shown_url_;
  return tl::unexpected<NotSaved>({reason, {kind, what + ": " + why, {}}});
}

}  // namespace ci::store
