// s3_sign: signs S3 requests for tests of other languages. Reads a JSON array of objects with method, host, path, query
// (array of pairs), headers (array of pairs), payload_hash, id, secret, token, region and date (RFC 3339) from standard
// input; prints the array of their authorization headers.
#include <cstdio>
#include <iostream>
#include <iterator>
#include <string>

#include "base/json.hpp"
#include "s3/signer.hpp"

namespace {

using namespace ci;

s3::Query pairs(const base::Json& array) {
  s3::Query result;
  for (const auto& pair : array.items())
    result.emplace_back(pair.items().at(0).as_string(), pair.items().at(1).as_string());
  return result;
}

}  // namespace

int main() {
  const std::string text{std::istreambuf_iterator<char>(std::cin), {}};
  const auto requests = base::parse_json(text);
  if (!requests) {
    std::fprintf(stderr, "s3_sign: %s\n", requests.error().message.c_str());
    return 65;
  }
  base::Json signatures = base::Json::array();
  for (const auto& given : requests->items()) {
    s3::Signer signer({given["id"].as_string(), given["secret"].as_string(), given["token"].as_string()},
                      given["region"].as_string());
    const s3::SignedRequest request{given["method"].as_string(), given["host"].as_string(),
                                    given["path"].as_string(),   pairs(given["query"]),
                                    pairs(given["headers"]),     given["payload_hash"].as_string()};
    const auto date = base::parse_rfc3339(given["date"].as_string());
    if (!date) return 65;
    signatures.push(signer.sign(request, *date).back().second);
  }
  std::puts(signatures.compact().c_str());
  return 0;
}
