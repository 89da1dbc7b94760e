// The values of Amazon's own examples (Amazon S3 API reference, "Signature Calculations for the Authorization Header:
// Transferring Payload in a Single Chunk").
#include "s3/signer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

namespace ci::test {
namespace {

using s3::Headers;
using s3::Query;
using s3::Slash;

const s3::Credentials kCredentials{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", ""};
const base::TimePoint kMay24 = std::chrono::sys_days(std::chrono::year(2013) / 5 / 24);
constexpr std::string_view kEmpty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

std::string header(const Headers& headers, std::string_view name) {
  const auto found = std::find_if(headers.begin(), headers.end(), [&](const auto& pair) { return pair.first == name; });
  return found != headers.end() ? found->second : "";
}

s3::SignedRequest request(std::string method, std::string path, Query query = {}, Headers headers = {}) {
  return {std::move(method),  "examplebucket.s3.amazonaws.com", std::move(path), std::move(query), std::move(headers),
          std::string(kEmpty)};
}

std::string authorization(const s3::SignedRequest& request, const s3::Credentials& credentials = kCredentials) {
  return header(s3::Signer(credentials, "us-east-1").sign(request, kMay24), "authorization");
}

TEST(S3Signer, SignsARangeAsTheExampleDoes) {
  EXPECT_EQ(authorization(request("GET", "/test.txt", {}, {{"range", "bytes=0-9"}})),
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
            "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
            "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

TEST(S3Signer, SignsAnUploadAsTheExampleDoes) {
  auto upload = request("PUT", "/test$file.text", {},
                        {{"date", "Fri, 24 May 2013 00:00:00 GMT"}, {"x-amz-storage-class", "REDUCED_REDUNDANCY"}});
  upload.payload_hash = base::hex(base::sha256("Welcome to Amazon S3."));
  EXPECT_EQ(upload.payload_hash, "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072");
  EXPECT_TRUE(
      authorization(upload).ends_with("Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"));
}

TEST(S3Signer, SignsANameWithoutValueAsTheExampleDoes) {
  EXPECT_TRUE(authorization(request("GET", "/", {{"lifecycle", ""}}))
                  .ends_with("Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"));
}

TEST(S3Signer, SignsAListingAsTheExampleDoes) {
  EXPECT_TRUE(authorization(request("GET", "/", {{"prefix", "J"}, {"max-keys", "2"}}))
                  .ends_with("Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"));
}

TEST(S3Signer, SendsWhatItSigned) {
  auto credentials = kCredentials;
  credentials.session_token = "token//==";
  auto upload = request("PUT", "/a", {}, {{"if-none-match", "*"}});
  upload.payload_hash = s3::kUnsignedPayload;
  const auto headers = s3::Signer(credentials, "eu-central-1").sign(upload, kMay24 + std::chrono::seconds(61));
  EXPECT_EQ(header(headers, "if-none-match"), "*");
  EXPECT_EQ(header(headers, "x-amz-content-sha256"), "UNSIGNED-PAYLOAD");
  EXPECT_EQ(header(headers, "x-amz-date"), "20130524T000101Z");
  EXPECT_EQ(header(headers, "x-amz-security-token"), "token//==");
  EXPECT_EQ(header(headers, "host"), "") << "the HTTP library sends it";
  EXPECT_NE(header(headers, "authorization")
                .find("/20130524/eu-central-1/s3/aws4_request,SignedHeaders=host;if-none-match;x-amz-content-sha256;"
                      "x-amz-date;x-amz-security-token,"),
            std::string::npos);
}

TEST(S3Signer, TakesANewKeyEachDay) {
  s3::Signer signer(kCredentials, "us-east-1");
  const auto first = signer.sign(request("GET", "/"), kMay24);
  const auto next = signer.sign(request("GET", "/"), kMay24 + std::chrono::days(1));
  EXPECT_NE(header(first, "authorization"), header(next, "authorization"));
  EXPECT_EQ(signer.sign(request("GET", "/"), kMay24), first);
  EXPECT_EQ(s3::Signer(kCredentials, "us-east-1").sign(request("GET", "/"), kMay24 + std::chrono::days(1)), next);
}

TEST(S3Signer, ServesSeveralThreads) {
  s3::Signer signer(kCredentials, "us-east-1");
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&signer, i] {
      for (int day = 0; day < 50; ++day) {
        const auto now = kMay24 + std::chrono::days((day + i) % 3);
        const auto signature = signer.sign(request("GET", "/x"), now);
        EXPECT_EQ(signature, s3::Signer(kCredentials, "us-east-1").sign(request("GET", "/x"), now));
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

TEST(S3Signer, EncodesEveryByteThatIsNotPlain) {
  EXPECT_EQ(s3::uri_encode("a-Z_0.~/ +=@%!*'()\xC3\xA9", Slash::keep), "a-Z_0.~/%20%2B%3D%40%25%21%2A%27%28%29%C3%A9");
  EXPECT_EQ(s3::uri_encode("a/b", Slash::encode), "a%2Fb");
}

TEST(S3Signer, SortsAQueryByItsEncodedNames) {
  EXPECT_EQ(s3::canonical_query({{"uploads", ""}, {"prefix", "a/b c"}, {"list-type", "2"}, {"prefix", "A"}}),
            "list-type=2&prefix=A&prefix=a%2Fb%20c&uploads=");
}

}  // namespace
}  // namespace ci::test
