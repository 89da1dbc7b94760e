#include "store/github_upload.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "store/key.hpp"

namespace ci::store {
namespace {

constexpr std::string_view kMark = "~r";
constexpr int kLooks = 7;  // 0.1 s, 0.2 s, ... after one another: 6.3 s
constexpr std::chrono::milliseconds kFirstPause{100};

}  // namespace

std::string start_of_run_keys(const std::string& key) {
  return key + std::string(kMark);
}

std::string key_of_run(const std::string& key, const std::string& run) {
  std::string own = start_of_run_keys(key) + run;
  return !run.empty() && check_key(own) ? own : "";
}

bool is_key_of_run(std::string_view found, std::string_view key) {
  if (!found.starts_with(key)) return false;
  found.remove_prefix(key.size());
  if (!found.starts_with(kMark)) return false;
  found.remove_prefix(kMark.size());
  return !found.empty() &&
         std::all_of(found.begin(), found.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

bool GithubUpload::appears() {
  base::Duration pause = kFirstPause;
  for (int look = 0; look < kLooks; ++look, pause *= 2) {
    const auto found = service_->look_up({key_}, end_);
    if (found && *found && (*found)->key == key_) return true;
    const bool is_last = look + 1 == kLooks || platform_.clock.monotonic() + pause >= end_;
    if (is_last || platform_.cancellation.signal() != 0) return false;
    platform_.clock.sleep(pause);
  }
  return false;
}

tl::expected<void, NotSaved> GithubUpload::begin(Extent extent) {
  extent_ = extent;
  auto reserved = service_->reserve(key_, end_);
  if (!reserved && reserved.error().reason == NotSavedReason::already_there) {
    if (appears()) {
      return tl::unexpected<NotSaved>(
          {NotSavedReason::already_there,
           {base::ErrorKind::unavailable, "another process has saved this key meanwhile", {}}});
    }
    // Set aside and not saved: by a process that is at it, or by one that died. Once more in this run costs little.
    if (const std::string own = key_of_run(key_, run_); !own.empty()) reserved = service_->reserve(own, end_);
    if (!reserved && reserved.error().reason == NotSavedReason::already_there) {
      reserved.error().error.message = "another process has set this key aside: " + reserved.error().error.message;
    }
  }
  if (!reserved) return tl::unexpected(reserved.error());
  reservation_ = std::move(*reserved);
  return {};
}

std::optional<platform::HttpRequest> GithubUpload::block(std::size_t number, std::uint64_t offset,
                                                         std::string_view bytes) {
  return reservation_->block(extent_, number, offset, bytes);
}

NotSavedReason GithubUpload::reason(const platform::HttpResponse& answer) {
  // A signed URL that is refused has expired: the right to save was given before.
  return answer.status == 413 ? NotSavedReason::no_room : NotSavedReason::failed;
}

tl::expected<void, NotSaved> GithubUpload::commit(std::size_t count, std::uint64_t bytes) {
  return reservation_->commit(extent_, count, bytes, end_);
}

}  // namespace ci::store
