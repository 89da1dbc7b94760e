#pragma once
// Signature Version 4 of Amazon Web Services, for S3: Authorization headers. (Amazon S3 API reference, "Authenticating
// Requests: Using the Authorization Header"; AWS General Reference, "Signature Version 4 signing process".)
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/digest.hpp"
#include "base/time.hpp"

namespace ci::s3 {

// Who signs. The token goes with temporary credentials only (AWS STS, OpenID Connect); "" otherwise.
struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;

  friend bool operator==(const Credentials&, const Credentials&) = default;
};

// Names and values as they mean, not encoded.
using Query = std::vector<std::pair<std::string, std::string>>;
// Names in lower case.
using Headers = std::vector<std::pair<std::string, std::string>>;

// What stands in place of a payload's digest when the payload is not signed.
inline constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";

// What is signed of a request.
struct SignedRequest {
  std::string method;
  std::string host;  // as the Host header spells it: with a port unless it is the scheme's own
  std::string path;  // not encoded, with its "/" in front
  Query query;
  Headers headers;           // without host and what the signer adds; all of them are signed
  std::string payload_hash;  // SHA-256 in hexadecimal, or kUnsignedPayload
};

enum class Slash { keep, encode };

// Returns `text` with every byte but A-Z a-z 0-9 - . _ ~ (and "/" where it is kept) as %XX.
std::string uri_encode(std::string_view text, Slash slash);

// Returns `query` sorted and encoded, "name=value" pairs with "&" between them, as both the signature and the URL need
// it: some services compare the text.
std::string canonical_query(const Query& query);

// Serves any number of threads.
class Signer {
 public:
  Signer(Credentials credentials, std::string region);

  // Returns the headers to send: those of `request`, x-amz-content-sha256, x-amz-date, x-amz-security-token when there
  // is one, and authorization. Services accept them for 15 minutes around `now`.
  Headers sign(const SignedRequest& request, base::TimePoint now);

 private:
  // The key of one day (UTC); computed when the day changes.
  base::Sha256Digest signing_key(const std::string& day);

  Credentials credentials_;
  std::string region_;
  std::mutex mutex_;  // of the key
  std::string key_day_;
  base::Sha256Digest key_{};
};

}  // namespace ci::s3
