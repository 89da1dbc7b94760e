#include "s3/signer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "platform/url.hpp"

namespace ci::s3 {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::size_t kBlock = 64;  // bytes, of SHA-256

std::string_view as_text(const base::Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// RFC 2104.
base::Sha256Digest hmac(std::string_view key, std::string_view message) {
  std::string block(kBlock, '\0');
  if (key.size() <= kBlock) {
    std::copy(key.begin(), key.end(), block.begin());
  } else {
    const auto digest = base::sha256(key);
    std::copy(as_text(digest).begin(), as_text(digest).end(), block.begin());
  }
  const auto padded = [&](char pad) {
    std::string result = block;
    for (char& byte : result) byte = static_cast<char>(byte ^ pad);
    return result;
  };
  const auto inner = base::sha256(padded(0x36) + std::string(message));
  return base::sha256(padded(0x5C) + std::string(as_text(inner)));
}

// ISO 8601 basic, "20130524T000000Z".
std::string amz_date(base::TimePoint now) {
  std::string text = base::to_rfc3339(now).substr(0, 19);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text + 'Z';
}

// A header's value without white space at its ends and with single blanks inside.
std::string canonical_value(std::string_view value) {
  std::string result;
  for (const char c : base::trim(value)) {
    const bool blank = c == ' ' || c == '\t';
    if (!blank) result += c;
    if (blank && !result.ends_with(' ')) result += ' ';
  }
  return result;
}

}  // namespace

std::string uri_encode(std::string_view text, Slash slash) {
  std::string encoded = platform::percent_encoded(text);
  return slash == Slash::encode ? encoded : base::replace_all(encoded, "%2F", "/");
}

std::string canonical_query(const Query& query) {
  Query encoded;
  for (const auto& [name, value] : query) {
    encoded.emplace_back(uri_encode(name, Slash::encode), uri_encode(value, Slash::encode));
  }
  std::sort(encoded.begin(), encoded.end());
  std::string result;
  for (const auto& [name, value] : encoded) {
    result += fmt::format("{}{}={}", result.empty() ? "" : "&", name, value);
  }
  return result;
}

Signer::Signer(Credentials credentials, std::string region)
    : credentials_(std::move(credentials)), region_(std::move(region)) {}

Headers Signer::sign(const SignedRequest& request, base::TimePoint now) {
  const std::string date = amz_date(now), day = date.substr(0, 8);
  Headers headers = request.headers;
  headers.emplace_back("x-amz-content-sha256", request.payload_hash);
  headers.emplace_back("x-amz-date", date);
  if (!credentials_.session_token.empty()) headers.emplace_back("x-amz-security-token", credentials_.session_token);

  Headers canonical = headers;
  canonical.emplace_back("host", request.host);
  std::sort(canonical.begin(), canonical.end());
  std::string lines, names;
  for (const auto& [name, value] : canonical) {
    lines += fmt::format("{}:{}\n", name, canonical_value(value));
    names += (names.empty() ? "" : ";") + name;
  }
  const std::string canonical_request =
      fmt::format("{}\n{}\n{}\n{}\n{}\n{}", request.method, uri_encode(request.path, Slash::keep),
                  canonical_query(request.query), lines, names, request.payload_hash);
  const std::string scope = fmt::format("{}/{}/s3/aws4_request", day, region_);
  const std::string to_sign =
      fmt::format("{}\n{}\n{}\n{}", kAlgorithm, date, scope, base::hex(base::sha256(canonical_request)));
  const std::string signature = base::hex(hmac(as_text(signing_key(day)), to_sign));
  headers.emplace_back("authorization", fmt::format("{} Credential={}/{},SignedHeaders={},Signature={}", kAlgorithm,
                                                    credentials_.access_key_id, scope, names, signature));
  return headers;
}

base::Sha256Digest Signer::signing_key(const std::string& day) {
  const std::lock_guard lock(mutex_);
  if (day != key_day_) {
    base::Sha256Digest key = hmac("AWS4" + credentials_.secret_access_key, day);
    for (const std::string_view part :
         {std::string_view(region_), std::string_view("s3"), std::string_view("aws4_request")})
      key = hmac(as_text(key), part);
    key_ = key;
    key_day_ = day;
  }
  return key_;
}

}  // namespace ci::s3
