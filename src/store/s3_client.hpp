#pragma once
// Signed requests to one bucket, and what the answers mean.
#include <atomic>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "platform/platform.hpp"
#include "store/s3_answers.hpp"
#include "store/s3_location.hpp"
#include "store/s3_signer.hpp"
#include "store/store.hpp"

namespace ci::store {

// A request, but for what the location, the credentials and the clock add. Each may be sent again when its answer was
// lost.
struct S3Call {
  std::string method = "GET";
  std::string name{};  // of the object; "" = the bucket itself
  S3Query query{};
  S3Headers headers{};
  std::string body{};
  platform::OnCancellation on_cancellation = platform::OnCancellation::stop;
};

// What HEAD tells of an object.
struct S3Head {
  std::uint64_t bytes = 0;
  base::TimePoint modified;
  std::string upload;    // metadata: which upload made it (S3UploadTarget)
  std::string key_rest;  // metadata: s3_key_rest
};

inline constexpr std::string_view kS3UploadHeader = "x-amz-meta-upload";
inline constexpr std::string_view kS3KeyRestHeader = "x-amz-meta-key";

// Serves any number of threads.
class S3Client {
 public:
  S3Client(S3Location location, S3Credentials credentials, const platform::Platform& platform);

  // Returns the request for `call`, signed at this moment, with `bytes` as the body that will be sent with it. Over
  // https the body is not signed: TLS keeps it whole.
  platform::HttpRequest request(const S3Call& call, std::string_view bytes);

  // Sends `call`, to be over at `end`. When the service refuses it and its clock differs from ours, it is sent once
  // more by the service's clock, and so are later ones. Returns the last answer whatever its status.
  base::Result<platform::HttpResponse> send(const S3Call& call, platform::Monotonic end);

  // Returns what is known of the object `name`; nothing when there is none.
  base::Result<std::optional<S3Head>> head(const std::string& name, platform::Monotonic end);

  // Returns one page of the objects whose names begin with `prefix`, in the order of their names; `token`: of the page
  // before (S3Page::next), or "".
  base::Result<S3Page> page(const std::string& prefix, const std::string& token, platform::Monotonic end);

  // Returns the error that an answer with a status other than 2xx means; `what` failed.
  [[nodiscard]] base::Error error(const platform::HttpResponse& answer, std::string_view what) const;

  [[nodiscard]] const S3Location& location() const { return location_; }
  [[nodiscard]] const platform::Platform& platform() const { return platform_; }

 private:
  [[nodiscard]] base::TimePoint service_time() const { return platform_.clock.now() + base::Duration(offset_); }
  // Whether the answer's Date is so far from our time that requests are refused; sets our time by it.
  bool corrects_clock(const platform::HttpResponse& answer);

  S3Location location_;
  platform::Platform platform_;
  S3Signer signer_;
  std::atomic<base::Duration::rep> offset_ = 0;  // of the service's clock from ours, in microseconds
};

// Returns why an entry is not saved when the service answers its upload with `answer`, which is no success.
NotSavedReason s3_reason(const platform::HttpResponse& answer);

}  // namespace ci::store
