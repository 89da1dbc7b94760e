#pragma once
// Where an S3 store is: the bucket, the folder in it, the service.
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "platform/environment.hpp"

namespace ci::s3 {

// The longest folder of a bucket that a store may be kept in, in bytes.
inline constexpr std::size_t kLongestFolder = 200;

struct Location {
  std::string origin;  // "https://HOST" of every request
  std::string host;    // as the Host header spells it
  std::string root;    // what stands before "/NAME" in the path of an object: "/BUCKET", or "" when the host names it
  std::string bucket;
  std::string folder;  // what all names begin with: "" or ending in "/"
  std::string region;

  // The path of an object, and of the bucket itself; not encoded.
  [[nodiscard]] std::string path_of(std::string_view name) const { return root + '/' + std::string(name); }
  [[nodiscard]] std::string bucket_path() const { return root.empty() ? "/" : root; }
};

// Returns what `url`, s3://BUCKET or s3://BUCKET/FOLDER, names with the variables that the AWS tools read:
//   AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL   the service, https://HOST[:PORT][/PATH]; without one Amazon's own
//   AWS_REGION, AWS_DEFAULT_REGION          us-east-1 when neither is set
// At Amazon the host names the bucket (https://BUCKET.s3.REGION.amazonaws.com), unless the bucket's name has a dot,
// which no certificate fits. At other services the path does (https://HOST/BUCKET), unless the endpoint's host begins
// with "BUCKET.". Error: usage.
base::Result<Location> location_of(std::string_view url, const platform::Environment& environment);

}  // namespace ci::s3
