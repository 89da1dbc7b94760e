#include "store/s3_upload.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/ids.hpp"
#include "platform/http_retry.hpp"
#include "store/s3_object_name.hpp"

namespace ci::store {
namespace {

using base::ErrorKind;

constexpr std::size_t kMostParts = 10'000;
constexpr int kTries = 4;
constexpr std::chrono::hours kStale{24};  // no upload takes so long
constexpr std::chrono::seconds kTidyingUp{10};
constexpr std::size_t kIdBytes = 16;

tl::unexpected<NotSaved> refused(NotSavedReason reason, base::Error error) {
  return tl::unexpected<NotSaved>({reason, std::move(error)});
}

tl::unexpected<NotSaved> not_saved(const s3::Client& client, const platform::HttpResponse& answer) {
  return refused(s3_reason(answer), client.error(answer, "cannot save a cache entry"));
}

// XML 1.0, 2.4.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '&' || c == '<' || c == '>' || c == '"') {
      result += fmt::format("&#{};", static_cast<int>(c));
    } else {
      result += c;
    }
  }
  return result;
}

s3::Headers::value_type metadata_header(std::string_view name, std::string value) {
  return {std::string(s3::kMetadataPrefix) + std::string(name), std::move(value)};
}

}  // namespace

NotSavedReason s3_reason(const platform::HttpResponse& answer) {
  const std::string code = s3::failure_of(answer).code;
  if (code.find("Quota") != std::string::npos || code == "EntityTooLarge" || answer.status == 507) {
    return NotSavedReason::no_room;
  }
  switch (answer.status) {
    case 409:  // another upload of this name is just ending
    case 412:
      return NotSavedReason::already_there;
    case 401:
    case 403:
      return NotSavedReason::denied;
    case 429:
    case 503:
      return NotSavedReason::later;
    default:
      return NotSavedReason::failed;
  }
}

S3UploadTarget::S3UploadTarget(std::shared_ptr<s3::Client> client, std::string key, platform::Monotonic end)
    : client_(std::move(client)),
      key_(std::move(key)),
      name_(s3_object_name(client_->location().folder, key_)),
      end_(end),
      id_(base::random_hex(kIdBytes)) {}

S3UploadTarget::Outcome S3UploadTarget::begin(Extent extent) {
  if (extent == Extent::whole) return {};
  remove_stale_uploads();
  const auto answer =
      client_->send({.method = "POST", .name = name_, .query = {{"uploads", ""}}, .headers = metadata()}, end_);
  if (!answer) return refused(NotSavedReason::failed, answer.error().within("cannot save a cache entry"));
  if (!s3::is_success(*answer)) return not_saved(*client_, *answer);
  const auto id = s3::parse_upload_id(answer->body);
  if (!id) return refused(NotSavedReason::failed, id.error());
  upload_id_ = *id;
  return {};
}

void S3UploadTarget::remove_stale_uploads() {
  const auto& platform = client_->platform();
  const auto end = std::min(end_, platform.clock.monotonic() + kTidyingUp);
  const auto tell = [&](const base::Error& error) {
    platform.log.detail("abandoned uploads are not looked for: " + error.message);
  };
  const auto answer = client_->send(
      {.query = {{"uploads", ""}, {"encoding-type", "url"}, {"prefix", client_->location().folder}}}, end);
  if (!answer) return tell(answer.error());
  if (!s3::is_success(*answer)) return tell(client_->error(*answer, "cannot list uploads"));
  const auto uploads = s3::parse_multiparts(answer->body);
  if (!uploads) return tell(uploads.error());
  for (const s3::Multipart& upload : *uploads) {
    const bool ours = s3_key_of(client_->location().folder, upload.name).has_value();
    if (!ours || platform.clock.now() - upload.initiated < kStale) continue;
    const auto gone =
        client_->send({.method = "DELETE", .name = upload.name, .query = {{"uploadId", upload.upload_id}}}, end);
    if (!gone) return tell(gone.error());
  }
}

std::optional<platform::HttpRequest> S3UploadTarget::block(std::size_t number, std::uint64_t /*offset*/,
                                                           std::string_view bytes) {
  if (upload_id_.empty()) {
    whole_ = bytes;
    return std::nullopt;
  }
  const s3::Call call{
      .method = "PUT", .name = name_, .query = {{"partNumber", std::to_string(number + 1)}, {"uploadId", upload_id_}}};
  return client_->request(call, bytes);
}

void S3UploadTarget::stored(std::size_t number, const platform::HttpResponse& answer) {
  if (etags_.size() <= number) etags_.resize(number + 1);
  etags_[number] = answer.header("etag");
}

s3::Headers S3UploadTarget::metadata() const {
  s3::Headers headers = {metadata_header(kS3UploadName, id_)};
  if (auto rest = s3_key_rest(key_); !rest.empty()) headers.push_back(metadata_header(kS3KeyRestName, std::move(rest)));
  return headers;
}

s3::Call S3UploadTarget::final_call(std::size_t count) const {
  s3::Call call{.name = name_, .headers = {{"if-none-match", "*"}}};
  if (!upload_id_.empty()) {
    call.method = "POST";
    call.query = {{"uploadId", upload_id_}};
    call.body = "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">";
    for (std::size_t i = 0; i < count; ++i) {
      call.body += fmt::format("<Part><PartNumber>{}</PartNumber><ETag>{}</ETag></Part>", i + 1, escaped(etags_.at(i)));
    }
    call.body += "</CompleteMultipartUpload>";
    return call;
  }
  call.method = "PUT";
  call.body = whole_;
  for (auto& header : metadata()) call.headers.push_back(std::move(header));
  return call;
}

S3UploadTarget::Outcome S3UploadTarget::commit(std::size_t count, std::uint64_t bytes) {
  if (!upload_id_.empty() && count > kMostParts) {
    return refused(NotSavedReason::no_room,
                   {ErrorKind::unavailable, fmt::format("{} bytes are more than an S3 upload may have", bytes), {}});
  }
  if (!upload_id_.empty() && std::find(etags_.begin(), etags_.end(), "") != etags_.end()) {
    return refused(NotSavedReason::failed, {ErrorKind::unavailable, "the S3 service gave a part no ETag", {}});
  }
  const auto there = client_->head(name_, end_);
  if (!there) return refused(NotSavedReason::failed, there.error());
  if (*there) {
    return refused(NotSavedReason::already_there,
                   {ErrorKind::unavailable, "another process has saved this key meanwhile", {}});
  }
  auto published = publish(final_call(count));
  if (published) upload_id_.clear();
  return published;
}

S3UploadTarget::Outcome S3UploadTarget::publish(s3::Call call) {
  const auto& platform = client_->platform();
  for (int tried = 1;; ++tried) {
    const auto answer = client_->send(call, end_);
    if (!answer) {
      if (is_ours()) return {};
      return refused(NotSavedReason::failed, answer.error().within("cannot save a cache entry"));
    }
    if (answer->status == 501 && !call.headers.empty() && call.headers.front().first == "if-none-match") {
      call.headers.erase(call.headers.begin());  // the service does not know the condition
      continue;
    }
    // A completed multipart upload answers 200 before it is done, and then tells how it ended.
    const auto failure = s3::is_success(*answer) && call.method == "POST" ? s3::parse_completion(answer->body)
                                                                          : base::Result<std::optional<s3::Failure>>{};
    if (s3::is_success(*answer) && failure && !*failure) return {};
    if (is_ours()) return {};
    if (!s3::is_success(*answer)) return not_saved(*client_, *answer);
    if (!failure) return refused(NotSavedReason::failed, failure.error());
    const auto wait = platform::backoff(tried, platform::random_jitter());
    if (tried >= kTries || platform.clock.monotonic() + wait >= end_) return not_saved(*client_, *answer);
    platform.clock.sleep(wait);
  }
}

bool S3UploadTarget::is_ours() {
  const auto there = client_->head(name_, end_);
  if (!there || !*there) return false;
  const auto& metadata = (*there)->metadata;
  const auto upload = metadata.find(std::string(kS3UploadName));
  return upload != metadata.end() && upload->second == id_;
}

void S3UploadTarget::abandon() {
  if (upload_id_.empty()) return;
  const auto& platform = client_->platform();
  const auto gone = client_->send({.method = "DELETE",
                                   .name = name_,
                                   .query = {{"uploadId", upload_id_}},
                                   .on_cancellation = platform::OnCancellation::finish},
                                  platform.clock.monotonic() + kTidyingUp);
  if (!gone) platform.log.detail("an abandoned upload stays until the next save: " + gone.error().message);
}

}  // namespace ci::store
