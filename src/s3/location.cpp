#include "s3/location.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace ci::s3 {
namespace {

constexpr std::string_view kScheme = "s3://";
constexpr std::size_t kShortestBucket = 3, kLongestBucket = 63;  // Amazon S3, "Bucket naming rules"

bool only(std::string_view text, std::string_view others) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letter || others.find(c) != std::string_view::npos;
  });
}

tl::unexpected<base::Error> refused(std::string_view url, std::string_view why) {
  return base::fail(base::ErrorKind::usage, fmt::format("not an S3 store: \"{}\": {}", url, why),
                    "write s3://BUCKET/FOLDER");
}

// What is wrong with the name of a folder without its last "/"; "" when nothing is.
std::string_view fault_of_folder(std::string_view folder) {
  if (folder.size() >= kLongestFolder) return "the folder's name is too long";
  const bool control = std::any_of(folder.begin(), folder.end(),
                                   [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  if (control || base::valid_utf8(folder) != folder) return "the folder's name is no printable text";
  for (const std::string& part : base::split(folder, '/')) {
    if (part.empty() || part == "." || part == "..")
      return "the folder's name has a part that is \"\", \".\" or \"..\"";
  }
  return "";
}

struct Endpoint {
  std::string scheme, host, path;
};

base::Result<Endpoint> parse_endpoint(std::string_view text) {
  const auto bad = [&] {
    return base::fail(base::ErrorKind::usage, fmt::format("not the URL of an S3 service: \"{}\"", text),
                      "AWS_ENDPOINT_URL_S3 and AWS_ENDPOINT_URL are of the form https://HOST[:PORT][/PATH]");
  };
  Endpoint endpoint;
  const auto colon = text.find("://");
  if (colon == std::string_view::npos) return bad();
  endpoint.scheme = base::lower(text.substr(0, colon));
  if (endpoint.scheme != "http" && endpoint.scheme != "https") return bad();
  const std::string_view rest = text.substr(colon + 3);
  const auto slash = std::min(rest.find('/'), rest.size());
  endpoint.host = base::lower(rest.substr(0, slash));
  endpoint.path = rest.substr(slash);
  while (endpoint.path.ends_with('/')) endpoint.path.pop_back();
  if (endpoint.host.empty() || !only(endpoint.host, ".-:[]") || !only(endpoint.path, "/-._~")) return bad();
  // libcurl leaves the scheme's own port out of the Host header, and the signature has to agree.
  const std::string_view own_port = endpoint.scheme == "https" ? ":443" : ":80";
  if (endpoint.host.ends_with(own_port)) endpoint.host.resize(endpoint.host.size() - own_port.size());
  return endpoint;
}

std::string first_of(const platform::Environment& environment, std::initializer_list<std::string_view> names) {
  for (const auto name : names) {
    if (auto value = environment.get(name); !value.empty()) return value;
  }
  return "";
}

}  // namespace

base::Result<Location> location_of(std::string_view url, const platform::Environment& environment) {
  if (!url.starts_with(kScheme)) return refused(url, "it does not begin with s3://");
  std::string_view rest = url.substr(kScheme.size());
  const auto slash = std::min(rest.find('/'), rest.size());
  Location location;
  location.bucket = rest.substr(0, slash);
  const auto& bucket = location.bucket;
  if (bucket.empty()) return refused(url, "no bucket is named");
  if (bucket.size() < kShortestBucket || bucket.size() > kLongestBucket || !only(bucket, ".-_")) {
    return refused(url, "that is no name of a bucket");
  }
  std::string_view folder = rest.substr(std::min(slash + 1, rest.size()));
  if (folder.ends_with('/')) folder.remove_suffix(1);
  if (!folder.empty()) {
    if (const auto fault = fault_of_folder(folder); !fault.empty()) return refused(url, fault);
    location.folder = std::string(folder) + '/';
  }

  location.region = first_of(environment, {"AWS_REGION", "AWS_DEFAULT_REGION"});
  if (location.region.empty()) location.region = "us-east-1";
  if (!only(location.region, "-")) {
    return base::fail(base::ErrorKind::usage, fmt::format("not a region: \"{}\"", location.region),
                      "set AWS_REGION to the region of the bucket, such as eu-central-1");
  }

  const std::string named = first_of(environment, {"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"});
  if (named.empty()) {
    const std::string_view domain = location.region.starts_with("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
    location.host = fmt::format("s3.{}.{}", location.region, domain);
    const bool in_host = only(bucket, "-") && base::lower(bucket) == bucket;
    if (in_host) location.host = bucket + '.' + location.host;
    location.root = in_host ? "" : '/' + bucket;
    location.origin = "https://" + location.host;
    return location;
  }
  const auto endpoint = parse_endpoint(named);
  if (!endpoint) return base::fail(endpoint.error());
  location.host = endpoint->host;
  location.origin = endpoint->scheme + "://" + endpoint->host;
  location.root = endpoint->path + (endpoint->host.starts_with(bucket + '.') ? "" : '/' + bucket);
  return location;
}

}  // namespace ci::s3
