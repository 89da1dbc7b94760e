#include "store/range_download.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/text.hpp"
#include "platform/http_retry.hpp"
#include "platform/url.hpp"
#include "store/content_range.hpp"

namespace ci::store {
namespace {

using base::ErrorKind;
using base::fail;
using platform::Flow;
using platform::HttpResponse;

constexpr std::chrono::milliseconds kTick{100};
constexpr std::uint64_t kNextToNothing = std::uint64_t{64} << 10;
constexpr int kMostRenewals = 3;

bool is_refusal(int status) {
  return status == 401 || status == 403 || status == 404 || status == 410;
}

}  // namespace

RangeDownload::RangeDownload(std::unique_ptr<RangeSource> source, const RangeSettings& settings,
                             const platform::Platform& platform, EntryPipe pipe)
    : source_(std::move(source)),
      settings_(settings),
      platform_(platform),
      transfers_(platform.http.transfers()),
      window_(settings.range, settings.at_once),
      pipe_(std::move(pipe)) {}

base::Result<std::unique_ptr<RangeDownload>> RangeDownload::begin(std::unique_ptr<RangeSource> source,
                                                                  const RangeSettings& settings,
                                                                  const platform::Platform& platform) {
  auto pipe = EntryPipe::make(PipeEnd::writing);
  if (!pipe) return fail(pipe.error());
  std::unique_ptr<RangeDownload> download(new RangeDownload(std::move(source), settings, platform, std::move(*pipe)));
  while (!download->answered_) {
    if (auto moved = download->step(); !moved) return fail(moved.error());
  }
  return download;
}

RangeDownload::~RangeDownload() {
  abandoned_ = true;
  if (thread_.joinable()) thread_.join();
}

void RangeDownload::start() {
  thread_ = std::thread([this] {
    survive_broken_pipes();
    while (result_ && !window_.done() && !abandoned_) result_ = step();
    transfers_.reset();
    pipe_.writing.reset();
  });
}

base::Result<void> RangeDownload::finish() {
  pipe_.reading.reset();
  if (thread_.joinable()) thread_.join();
  return result_;
}

base::Result<void> RangeDownload::step() {
  if (platform_.cancellation.signal() != 0) return fail(failure(ErrorKind::cancelled, "cancelled"));
  if (platform_.clock.monotonic() >= settings_.end) {
    return fail(failure(ErrorKind::timeout, "it did not arrive in the time that a restore may take"));
  }
  window_.fill();
  if (window_.done()) return {};
  if (auto asked = ask_for_due_ranges(); !asked) return asked;
  if (auto written = write_ready(); !written) return written;
  const bool waiting = !window_.ready().empty() && thread_.joinable();
  for (const auto& [id, answer] : transfers_->wait(waiting ? pipe_.writing.get() : -1, POLLOUT, kTick)) {
    Range* range = window_.find(id);
    if (range == nullptr) continue;
    if (auto fine = end_try(*range, answer); !fine) return fine;
  }
  window_.fill();
  return {};
}

base::Result<void> RangeDownload::ask_for_due_ranges() {
  const auto now = platform_.clock.monotonic();
  for (Range& range : window_.ranges()) {
    if (range.running || range.complete() || now < range.not_before) continue;
    if (auto asked = ask(range); !asked) return asked;
  }
  return {};
}

base::Result<void> RangeDownload::ask(Range& range) {
  auto request = source_->request();
  if (!request) return fail(request.error());
  shown_url_ = platform::shown_url(request->url);
  const auto left = settings_.end - platform_.clock.monotonic();
  request->stall_timeout = settings_.stall;
  request->total_timeout = window_.whole() ? left : std::min(left, settings_.one_try);
  if (!window_.whole()) {
    request->headers.emplace_back(
        "Range", fmt::format("bytes={}-{}", range.first + range.received, range.first + *range.length - 1));
  }
  if (!facts_.etag.empty()) request->headers.emplace_back("If-Match", facts_.etag);
  range.running = true;
  range.accepted = false;
  range.skip = 0;
  range.objection.clear();
  range.before = range.received;
  range.generation = generation_;
  transfers_->start(range.id, *request, {}, [this, id = range.id](const HttpResponse& head, std::string_view bytes) {
    Range* const asked = window_.find(id);
    return asked != nullptr ? take(*asked, head, bytes) : Flow::stop;
  });
  return {};
}

bool RangeDownload::accept(Range& range, const HttpResponse& head) {
  const auto object = [&](std::string why) {
    range.objection = std::move(why);
    return false;
  };
  std::optional<std::uint64_t> total;
  if (head.status == 206) {
    const auto content = parse_content_range(head.header("content-range"));
    if (!content || !content->total || window_.whole() || content->first != range.first + range.received) {
      return object("the service sent another range than it was asked for");
    }
    total = content->total;
  } else if (head.status == 200) {
    if (!window_.whole() && (range.id != 0 || window_.total())) return object("the service ignored the range");
    window_.make_whole();
    range.skip = range.received;
    if (const auto length = base::parse_integer(head.header("content-length")); length && *length >= 0) {
      total = static_cast<std::uint64_t>(*length);
    }
  } else {
    return object(fmt::format("HTTP {}", head.status));
  }
  if (total && (total != window_.total().value_or(*total) || total != settings_.bytes.value_or(*total))) {
    range.hopeless = true;
    return object(fmt::format("the entry has {} bytes now, and had {}", *total,
                              settings_.bytes.value_or(window_.total().value_or(0))));
  }
  if (total && !window_.total()) window_.set_total(*total);
  if (!answered_) {
    answered_ = true;
    facts_.bytes = total;
    facts_.modified = platform::parse_http_date(head.header("last-modified"));
    if (const std::string etag = head.header("etag"); etag.starts_with('"')) facts_.etag = etag;
  }
  return true;
}

Flow RangeDownload::take(Range& range, const HttpResponse& head, std::string_view bytes) {
  if (!range.accepted && !accept(range, head)) return Flow::stop;
  range.accepted = true;
  const auto skipped = std::min<std::uint64_t>(range.skip, bytes.size());
  const std::string_view fresh = bytes.substr(skipped);
  if (range.length && fresh.size() > *range.length - range.received) {
    range.objection = "the service sent more than it was asked for";
    return Flow::stop;
  }
  if (window_.whole() && range.bytes.size() >= settings_.range) return Flow::later;
  range.skip -= skipped;
  range.bytes.append(fresh);
  range.received += fresh.size();
  return Flow::taken;
}

base::Result<void> RangeDownload::write_ready() {
  if (!thread_.joinable()) return {};  // nobody reads yet
  for (auto bytes = window_.ready(); !bytes.empty(); bytes = window_.ready()) {
    const auto count = ::write(pipe_.writing.get(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) break;
    if (count < 0) return fail(failure(ErrorKind::io, "it was not read to its end"));
    window_.taken(static_cast<std::size_t>(count));
    window_.fill();
  }
  if (window_.whole() && !window_.ranges().empty() && window_.ready().empty()) {
    transfers_->resume(window_.ranges().front().id);
  }
  return {};
}

base::Result<void> RangeDownload::end_try(Range& range, const base::Result<HttpResponse>& answer) {
  range.running = false;
  if (range.received - range.before >= kNextToNothing) range.tries = 0;
  if (range.hopeless) return fail(failure(ErrorKind::data, range.objection));
  if (!range.objection.empty()) return try_again(range, {}, range.objection);
  if (!answer) return try_again(range, {}, answer.error().message);
  if (answer->status < 200 || answer->status > 299) return refused(range, *answer);
  if (!range.accepted && !accept(range, *answer)) {
    return range.hopeless ? fail(failure(ErrorKind::data, range.objection)) : try_again(range, {}, range.objection);
  }
  if (window_.whole() && !range.length && range.skip == 0) {
    if (range.received != settings_.bytes.value_or(range.received)) {
      return fail(failure(ErrorKind::data,
                          fmt::format("the entry has {} bytes now, and had {}", range.received, *settings_.bytes)));
    }
    window_.set_total(range.received);
  }
  if (range.complete()) return {};
  return try_again(range, {}, "the service sent less than it was asked for");
}

base::Result<void> RangeDownload::refused(Range& range, const HttpResponse& answer) {
  const std::string why = fmt::format("HTTP {}", answer.status);
  if (is_refusal(answer.status)) {
    if (range.generation < generation_) return {};  // it was renewed meanwhile
    if (generation_ == kMostRenewals) return fail(failure(ErrorKind::unavailable, why));
    ++generation_;
    return source_->renew();
  }
  if (answer.status == 412) return fail(failure(ErrorKind::data, "it was replaced while it was read"));
  if (answer.status == 416 && range.id == 0 && range.received == 0 && !window_.whole()) {
    window_.make_whole();  // an empty entry has no range
    range.length.reset();
    return {};
  }
  const auto wait = platform::usual_wait(answer, range.tries + 1, platform_.clock.now());
  if (!wait || *wait > settings_.wait) return fail(failure(ErrorKind::unavailable, why));
  return try_again(range, *wait, why);
}

base::Result<void> RangeDownload::try_again(Range& range, base::Duration wait, const std::string& why) {
  if (++range.tries >= settings_.tries) {
    return fail(failure(ErrorKind::unavailable, fmt::format("{} (after {} tries)", why, range.tries)));
  }
  constexpr int kFaster = 5;  // than the usual back-off: one range of many has failed, not the service
  const auto back_off = platform::backoff(range.tries, platform::random_jitter()) / kFaster;
  const auto now = platform_.clock.monotonic();
  range.not_before = now + std::max(wait, back_off);
  if (range.not_before < settings_.end) return {};
  return fail(failure(ErrorKind::timeout, why + ", and no time is left to wait"));
}

base::Error RangeDownload::failure(ErrorKind kind, const std::string& why) const {
  return {kind, fmt::format("GET {}: {}", shown_url_, why), {}};
}

}  // namespace ci::store
