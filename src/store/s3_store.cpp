#include "store/s3_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "store/block_upload.hpp"
#include "store/key.hpp"
#include "store/range_download.hpp"
#include "store/s3_object_name.hpp"
#include "store/s3_upload.hpp"

namespace ci::store {
namespace {

using base::ErrorKind;
using base::fail;

constexpr int kMostPages = 100;              // of 1,000 objects
constexpr std::chrono::minutes kLooking{1};  // for a listing or the first sight of an entry

constexpr const char* kPermissions =
    "s3:ListBucket and s3:ListBucketMultipartUploads on the bucket, and s3:GetObject, s3:PutObject, s3:DeleteObject "
    "and "
    "s3:AbortMultipartUpload on its objects";

class S3Source final : public RangeSource {
 public:
  S3Source(std::shared_ptr<s3::Client> client, Entry entry, platform::Monotonic end)
      : client_(std::move(client)),
        entry_(std::move(entry)),
        name_(s3_object_name(client_->location().folder, entry_.key)),
        end_(end) {}

  base::Result<platform::HttpRequest> request() override { return client_->request({.name = name_}, {}); }

  // A refusal may be our clock's fault, which the look-up sets right.
  base::Result<void> renew() override {
    const auto there = client_->head(name_, end_);
    if (!there) return fail(there.error());
    if (*there) return {};
    return fail(ErrorKind::unavailable, fmt::format("the cache entry \"{}\" is gone", entry_.key));
  }

 private:
  std::shared_ptr<s3::Client> client_;
  Entry entry_;
  std::string name_;
  platform::Monotonic end_;
};

tl::unexpected<NotSaved> refused(NotSavedReason reason, base::Error error) {
  return tl::unexpected<NotSaved>({reason, std::move(error)});
}

NotSavedReason reason_of(const base::Error& error) {
  return error.kind == ErrorKind::permission ? NotSavedReason::denied : NotSavedReason::failed;
}

bool is_newer(const Entry& a, const Entry& b) {
  return std::tie(a.created, a.key) > std::tie(b.created, b.key);
}

}  // namespace

S3Store::S3Store(const s3::Location& location, const base::Result<s3::Credentials>& credentials,
                 const TimeBudget& budget, const platform::Platform& platform)
    : budget_(budget), platform_(platform) {
  if (credentials) {
    client_ = std::make_shared<s3::Client>(location, *credentials, s3::ClientSettings{"cache entries", kPermissions},
                                           platform);
  } else {
    client_ = fail(credentials.error());
  }
}

std::string S3Store::name_of(const std::string& key) const {
  return s3_object_name((*client_)->location().folder, key);
}

base::Result<std::optional<Entry>> S3Store::find(const std::string& key, const std::vector<std::string>& prefixes) {
  found_key_.clear();
  found_end_ = platform_.clock.monotonic() + budget_.restore;
  auto entry = search(key, prefixes);
  if (entry && *entry) found_key_ = (*entry)->key;
  return entry;
}

base::Result<std::optional<Entry>> S3Store::search(const std::string& key, const std::vector<std::string>& prefixes) {
  if (!client_) return fail(client_.error());
  const auto end = platform_.clock.monotonic() + std::min<base::Duration>(kLooking, budget_.restore);
  if (check_key(key)) {
    const auto exact = (*client_)->head(name_of(key), end);
    if (!exact) return fail(exact.error());
    if (*exact) return Entry{key, (*exact)->bytes, (*exact)->modified};
  }
  for (const std::string& prefix : prefixes) {
    const auto entries = list_until(prefix, end);  // newest first
    if (!entries) return fail(entries.error());
    if (entries->empty()) continue;
    const auto itself =
        std::find_if(entries->begin(), entries->end(), [&](const Entry& entry) { return entry.key == prefix; });
    return itself != entries->end() ? *itself : entries->front();
  }
  return std::nullopt;
}

base::Result<std::vector<Entry>> S3Store::list(const std::string& prefix) {
  if (!client_) return fail(client_.error());
  return list_until(prefix, platform_.clock.monotonic() + kLooking);
}

base::Result<std::vector<Entry>> S3Store::list_until(const std::string& prefix, platform::Monotonic end) {
  const std::string start = s3_name_prefix((*client_)->location().folder, prefix);
  std::vector<Entry> found;
  std::string token;
  for (int pages = 0; pages < kMostPages; ++pages) {
    auto page = (*client_)->page(start, token, end);
    if (!page) return fail(page.error());
    for (const s3::Object& object : page->objects) {
      auto entry = entry_of(object, end);
      if (!entry) return fail(entry.error());
      if (*entry && (*entry)->key.starts_with(prefix)) found.push_back(std::move(**entry));
    }
    if (page->next.empty()) {
      std::sort(found.begin(), found.end(), is_newer);
      return found;
    }
    if (page->next == token)
      return fail(ErrorKind::unavailable, "the S3 service lists the same objects again and again");
    token = std::move(page->next);
  }
  return fail(ErrorKind::unavailable, fmt::format("there are more than {} thousand cache entries", kMostPages),
              "let a lifecycle rule of the bucket remove old ones, or give the store a folder of its own");
}

base::Result<std::optional<Entry>> S3Store::entry_of(const s3::Object& object, platform::Monotonic end) {
  const std::string& folder = (*client_)->location().folder;
  const auto named = s3_key_of(folder, object.name);
  if (!named) return std::nullopt;
  if (!named->cut) return Entry{named->key, object.bytes, object.modified};
  const auto head = (*client_)->head(object.name, end);
  if (!head) return fail(head.error());
  if (!*head) return std::nullopt;
  const auto rest = (*head)->metadata.find(std::string(kS3KeyRestName));
  if (rest == (*head)->metadata.end()) return std::nullopt;
  auto key = s3_whole_key(folder, object.name, named->key, rest->second);
  if (!key) return std::nullopt;
  return Entry{std::move(*key), object.bytes, object.modified};
}

base::Result<std::unique_ptr<Download>> S3Store::open(const Entry& entry) {
  if (!client_) return fail(client_.error());
  RangeSettings settings;
  settings.end = entry.key == found_key_ ? found_end_ : platform_.clock.monotonic() + budget_.restore;
  settings.bytes = entry.bytes;
  auto download = RangeDownload::begin(std::make_unique<S3Source>(*client_, entry, settings.end), settings, platform_);
  if (!download) return fail(download.error());
  (*download)->start();
  return std::move(*download);
}

tl::expected<std::unique_ptr<Upload>, NotSaved> S3Store::create(const std::string& key) {
  if (auto fine = check_key(key); !fine) return refused(NotSavedReason::failed, fine.error());
  if (!client_) return refused(NotSavedReason::denied, client_.error());
  const auto now = platform_.clock.monotonic();
  const auto there = (*client_)->head(name_of(key), now + std::min<base::Duration>(kLooking, budget_.save));
  if (!there) return refused(reason_of(there.error()), there.error());
  if (*there) {
    return refused(NotSavedReason::already_there,
                   {ErrorKind::unavailable, fmt::format("the cache has \"{}\" already", key), {}});
  }
  BlockSettings settings;
  settings.end = now + budget_.save;
  settings.block = kS3Part;
  settings.first = kS3Part;
  settings.least = kS3Part;
  auto upload = BlockUpload::begin(std::make_unique<S3UploadTarget>(*client_, key, settings.end), settings, platform_);
  if (!upload) return refused(NotSavedReason::failed, upload.error());
  return std::move(*upload);
}

base::Result<void> S3Store::remove(const Entry& entry) {
  if (!client_) return fail(client_.error());
  const auto answer =
      (*client_)->send({.method = "DELETE", .name = name_of(entry.key)}, platform_.clock.monotonic() + kLooking);
  if (!answer) return fail(answer.error());
  const bool gone = (answer->status >= 200 && answer->status <= 299) || answer->status == 404;
  if (!gone) return fail((*client_)->error(*answer, "cannot remove a cache entry"));
  return {};
}

}  // namespace ci::store
