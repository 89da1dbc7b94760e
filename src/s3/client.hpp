#pragma once
// Signed requests to one bucket, and what the answers mean.
#include <atomic>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "platform/platform.hpp"
#include "s3/answers.hpp"
#include "s3/location.hpp"
#include "s3/signer.hpp"

namespace ci::s3 {

// A request, but for what the location, the credentials and the clock add. Each may be sent again when its answer was
// lost.
struct Call {
  std::string method = "GET";
  std::string name{};  // of the object; "" = the bucket itself
  Query query{};
  Headers headers{};
  std::string body{};
  std::size_t longest_answer = kLongestAnswer;  // bytes; more is an error
  platform::OnCancellation on_cancellation = platform::OnCancellation::stop;
};

// What a listing tells of objects whose names have a "/" behind the prefix.
enum class Depth {
  all,     // each of them
  folder,  // only what their names begin with, up to that "/" (Page::folders)
};

// What HEAD tells of an object.
struct Head {
  std::uint64_t bytes = 0;
  base::TimePoint modified;
  std::map<std::string, std::string> metadata;  // "x-amz-meta-NAME: VALUE" as NAME and VALUE
};

// What begins the name of a header with metadata of an object.
inline constexpr std::string_view kMetadataPrefix = "x-amz-meta-";

// What is particular to what is kept in the bucket.
struct ClientSettings {
  std::string contents;     // what the objects are, for messages: "cache entries"
  std::string permissions;  // what the credentials need, for a hint: "s3:GetObject on its objects"
  base::Duration connect_timeout = std::chrono::seconds(10);
};

// Serves any number of threads.
class Client {
 public:
  Client(Location location, Credentials credentials, ClientSettings settings, const platform::Platform& platform);

  // Returns the request for `call`, signed at this moment, with `bytes` as the body that will be sent with it. Over
  // https the body is not signed: TLS keeps it whole.
  platform::HttpRequest request(const Call& call, std::string_view bytes);

  // Sends `call`, to be over at `end`. When the service refuses it and its clock differs from ours, it is sent once
  // more by the service's clock, and so are later ones. Returns the last answer whatever its status.
  base::Result<platform::HttpResponse> send(const Call& call, platform::Monotonic end);

  // Returns what is known of the object `name`; nothing when there is none.
  base::Result<std::optional<Head>> head(const std::string& name, platform::Monotonic end);

  // Returns the call for one page of the objects whose names begin with `prefix`, in the order of their names; `token`:
  // of the page before (Page::next), or "".
  static Call listing(const std::string& prefix, const std::string& token, Depth depth);
  // Returns the page in the answer to such a call.
  [[nodiscard]] base::Result<Page> page_in(const base::Result<platform::HttpResponse>& answer) const;
  // Sends such a call and returns its page.
  base::Result<Page> page(const std::string& prefix, const std::string& token, platform::Monotonic end);

  // Returns the error that an answer with a status other than 2xx means; `what` failed.
  [[nodiscard]] base::Error error(const platform::HttpResponse& answer, std::string_view what) const;

  [[nodiscard]] const Location& location() const { return location_; }
  [[nodiscard]] const platform::Platform& platform() const { return platform_; }

 private:
  [[nodiscard]] base::TimePoint service_time() const { return platform_.clock.now() + base::Duration(offset_); }
  // Whether the answer's Date is so far from our time that requests are refused; sets our time by it.
  bool corrects_clock(const platform::HttpResponse& answer);

  Location location_;
  ClientSettings settings_;
  platform::Platform platform_;
  Signer signer_;
  std::atomic<base::Duration::rep> offset_ = 0;  // of the service's clock from ours, in microseconds
};

// Whether the service has done what it was asked for: the status is 2xx.
bool is_success(const platform::HttpResponse& answer);

// Returns what an answer that is no success says of its reason; what it does not say is "".
Failure failure_of(const platform::HttpResponse& answer);

}  // namespace ci::s3
