#include "store/github_store.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/digest.hpp"
#include "store/block_upload.hpp"
#include "store/github_rest.hpp"
#include "store/github_upload.hpp"
#include "store/key.hpp"

namespace ci::store {
namespace {

using base::ErrorKind;
using base::fail;

// An entry behind a signed URL. Such a URL is good for a while only: renewing it means looking the key up again.
class SignedSource final : public RangeSource {
 public:
  SignedSource(std::shared_ptr<GithubService> service, GithubEntry entry, platform::Monotonic end)
      : service_(std::move(service)), entry_(std::move(entry)), end_(end) {}

  base::Result<platform::HttpRequest> request() override {
    platform::HttpRequest request;
    request.url = entry_.url;
    return request;
  }

  base::Result<void> renew() override {
    const auto found = service_->look_up({entry_.key}, end_);
    if (!found) return fail(found.error().error);
    if (*found && (*found)->key == entry_.key) {
      entry_.url = (*found)->url;
      return {};
    }
    return fail(ErrorKind::unavailable, fmt::format("the cache entry \"{}\" is gone", entry_.key));
  }

 private:
  std::shared_ptr<GithubService> service_;
  GithubEntry entry_;
  platform::Monotonic end_;
};

bool begins_with_any(std::string_view key, const std::vector<std::string>& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(), [&](const auto& prefix) { return key.starts_with(prefix); });
}

tl::unexpected<NotSaved> refused(NotSavedReason reason, base::Error error) {
  return tl::unexpected<NotSaved>({reason, std::move(error)});
}

}  // namespace

std::string own_version() {
  return base::hex(base::sha256("ci-optimizer|1"));
}

GithubStore::GithubStore(base::Result<GithubAccess> access, GithubRestAccess rest, const std::string& version,
                         const TimeBudget& budget, const platform::Platform& platform)
    : access_(std::move(access)), rest_(std::move(rest)), version_(version), budget_(budget), platform_(platform) {
  if (!access_) return;
  service_ = access_->protocol == GithubProtocol::v2 ? make_github_service_v2(*access_, version, platform)
                                                     : make_github_service_v1(*access_, version, platform);
}

GithubStore::~GithubStore() = default;

GithubStore::Found GithubStore::look_up(const std::vector<std::string>& keys) {
  auto found = service_->look_up(keys, end_);
  if (found) return std::move(*found);
  if (found.error().reason != NotSavedReason::denied) return fail(std::move(found.error().error));
  if (!told_denied_) platform_.log.warning("the Actions cache may not be read: " + found.error().error.message);
  told_denied_ = true;
  return std::nullopt;
}

GithubStore::Found GithubStore::exactly(const std::string& key) {
  auto found = look_up({key});
  if (!found || !*found || (*found)->key == key) return found;
  if (is_key_of_run((*found)->key, key)) return found;
  found = look_up({start_of_run_keys(key)});  // a longer key may be newer
  if (found && *found && !is_key_of_run((*found)->key, key)) return std::nullopt;
  return found;
}

GithubStore::Found GithubStore::first_of(std::vector<std::string> keys) {
  const auto everything = std::find(keys.begin(), keys.end(), "");
  const bool any = everything != keys.end();
  keys.erase(everything, keys.end());
  for (std::size_t at = 0; at < keys.size(); at += kMostKeys) {
    const auto begin = keys.begin() + static_cast<std::ptrdiff_t>(at);
    const std::vector<std::string> some(begin,
                                        begin + static_cast<std::ptrdiff_t>(std::min(kMostKeys, keys.size() - at)));
    auto found = look_up(some);
    if (!found) return found;
    if (*found && begins_with_any((*found)->key, some)) return found;
  }
  if (!any) return std::nullopt;
  const auto all = list("");  // the service has no way to ask for any entry
  if (!all) return fail(all.error());
  return all->empty() ? Found(std::nullopt) : look_up({all->front().key});
}

GithubStore::Found GithubStore::search(const std::string& key, const std::vector<std::string>& prefixes) {
  if (prefixes.empty() || std::find(prefixes.begin(), prefixes.end(), "") != prefixes.end() ||
      prefixes.size() >= kMostKeys) {
    auto found = exactly(key);
    return !found || *found || prefixes.empty() ? found : first_of(prefixes);
  }
  std::vector<std::string> keys = {key};
  keys.insert(keys.end(), prefixes.begin(), prefixes.end());
  auto found = look_up(keys);
  if (!found || !*found) return found;
  const std::string& matched = (*found)->key;
  if (matched == key || is_key_of_run(matched, key)) return found;
  // To the service a key is a prefix too, before all others; to us it is not.
  if (!matched.starts_with(key)) return begins_with_any(matched, prefixes) ? found : Found(std::nullopt);
  keys.front() = start_of_run_keys(key);
  found = look_up(keys);
  if (!found || !*found || is_key_of_run((*found)->key, key)) return found;
  return first_of(prefixes);
}

base::Result<std::unique_ptr<RangeDownload>> GithubStore::begin_download(const GithubEntry& entry) {
  RangeSettings settings;
  settings.end = end_;
  return RangeDownload::begin(std::make_unique<SignedSource>(service_, entry, end_), settings, platform_);
}

base::Result<std::optional<Entry>> GithubStore::find(const std::string& key, const std::vector<std::string>& prefixes) {
  begun_.reset();
  if (!access_) return fail(access_.error());
  if (!check_key(key)) return std::nullopt;
  if (!access_->no_reading.empty()) {
    if (!told_denied_) platform_.log.info("nothing is restored from the Actions cache: " + access_->no_reading);
    told_denied_ = true;
    return std::nullopt;
  }
  end_ = platform_.clock.monotonic() + budget_.restore;
  auto found = search(key, prefixes);
  if (!found) return fail(found.error());
  if (!*found) return std::nullopt;
  auto download = begin_download(**found);
  if (!download) return fail(download.error());
  const RangeFacts& facts = (*download)->facts();
  Entry entry;
  entry.key = is_key_of_run((*found)->key, key) ? key : (*found)->key;
  entry.bytes = facts.bytes.value_or(0);
  entry.created = (*found)->created.value_or(facts.modified.value_or(base::TimePoint{}));
  begun_key_ = entry.key;
  begun_ = std::move(*download);
  return entry;
}

base::Result<std::vector<Entry>> GithubStore::list(const std::string& prefix) {
  return GithubRest(rest_, version_, platform_).list(prefix);
}

base::Result<std::unique_ptr<Download>> GithubStore::open(const Entry& entry) {
  if (!access_) return fail(access_.error());
  if (!begun_ || begun_key_ != entry.key) {
    end_ = platform_.clock.monotonic() + budget_.restore;
    const auto found = exactly(entry.key);
    if (!found) return fail(found.error());
    if (!*found) return fail(ErrorKind::unavailable, fmt::format("the cache entry \"{}\" is gone", entry.key));
    auto download = begin_download(**found);
    if (!download) return fail(download.error());
    begun_ = std::move(*download);
  }
  begun_->start();
  return std::move(begun_);
}

tl::expected<std::unique_ptr<Upload>, NotSaved> GithubStore::create(const std::string& key) {
  if (auto fine = check_key(key); !fine) return refused(NotSavedReason::failed, fine.error());
  if (!access_) return refused(NotSavedReason::failed, access_.error());
  if (!access_->no_writing.empty()) {
    return refused(NotSavedReason::denied, {ErrorKind::permission, access_->no_writing, {}});
  }
  BlockSettings settings;
  settings.end = platform_.clock.monotonic() + budget_.save;
  if (access_->no_reading.empty()) {
    const auto there = service_->look_up({key}, settings.end);
    if (!there && there.error().reason != NotSavedReason::denied) return tl::unexpected(there.error());
    if (there && *there && ((*there)->key == key || is_key_of_run((*there)->key, key))) {
      return refused(NotSavedReason::already_there,
                     {ErrorKind::unavailable, fmt::format("the cache has \"{}\" already", key), {}});
    }
  }
  auto upload = BlockUpload::begin(std::make_unique<GithubUpload>(service_, key, access_->run, settings.end, platform_),
                                   settings, platform_);
  if (!upload) return refused(NotSavedReason::failed, upload.error());
  return std::move(*upload);
}

base::Result<void> GithubStore::remove(const Entry& entry) {
  begun_.reset();
  return GithubRest(rest_, version_, platform_).remove(entry);
}

std::string GithubStore::elsewhere(const std::string& prefix) {
  return GithubRest(rest_, version_, platform_).elsewhere(prefix);
}

base::Result<std::optional<Usage>> GithubStore::usage() {
  const auto usage = GithubRest(rest_, version_, platform_).usage();
  if (!usage) return fail(usage.error());
  return *usage;
}

}  // namespace ci::store
