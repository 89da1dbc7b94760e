#include <gtest/gtest.h>

#include "fakes/fake_environment.hpp"
#include "platform/ca_bundle.hpp"
#include "platform/filesystem.hpp"
#include "platform/http_redirect.hpp"
#include "platform/http_retry.hpp"
#include "platform/url.hpp"

namespace ci::platform {
namespace {

using namespace std::chrono_literals;

TEST(RetryAfter, IsANumberOfSecondsOrADate) {
  const base::TimePoint now = *base::parse_rfc3339("1994-11-06T08:49:37Z");
  EXPECT_EQ(parse_retry_after("120", now), base::Duration(120s));
  EXPECT_EQ(parse_retry_after(" 0 ", now), base::Duration(0));
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:50:07 GMT", now), base::Duration(30s));
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:00:00 GMT", now), base::Duration(0));
  EXPECT_EQ(parse_retry_after("999999999999999999", now), base::Duration(365 * 24h));
  EXPECT_EQ(parse_retry_after("", now), std::nullopt);
  EXPECT_EQ(parse_retry_after("-1", now), std::nullopt);
  EXPECT_EQ(parse_retry_after("soon", now), std::nullopt);
}

TEST(RetryAfter, IsAskedOnlyForAnswersThatMayChange) {
  HttpResponse response;
  for (const int final_status : {200, 304, 400, 401, 403, 404, 422}) {
    response.status = final_status;
    EXPECT_EQ(usual_wait(response, 1, {}), std::nullopt) << final_status;
  }
  for (const int passing : {408, 429, 500, 502, 503, 504}) {
    response.status = passing;
    EXPECT_TRUE(usual_wait(response, 1, {}).has_value()) << passing;
  }
  response.headers["retry-after"] = "9";
  EXPECT_EQ(usual_wait(response, 1, {}), base::Duration(9s));
}

TEST(Backoff, DoublesUpToThirtySecondsWithJitter) {
  EXPECT_EQ(backoff(1, 0), base::Duration(500ms));
  EXPECT_EQ(backoff(1, 0.5), base::Duration(750ms));
  EXPECT_EQ(backoff(3, 0), base::Duration(2s));
  EXPECT_EQ(backoff(100, 0), base::Duration(15s));
}

TEST(Url, IsShownWithoutItsSecrets) {
  EXPECT_EQ(shown_url("https://user:p@ss@Host:1/a/b?token=1#x"), "https://host:1/a/b");
  EXPECT_EQ(shown_url("https://host?x=1"), "https://host");
  EXPECT_EQ(shown_url("https://host/a#b?c"), "https://host/a");
  EXPECT_EQ(shown_url(""), "");
}

TEST(Url, EncodesWhatIsNotUnreserved) {
  EXPECT_EQ(percent_encoded("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(percent_encoded("a/b c+d=,\xC3\xBC"), "a%2Fb%20c%2Bd%3D%2C%C3%BC");
}

TEST(HttpDate, IsRead) {
  EXPECT_EQ(base::to_rfc3339(*parse_http_date("Sat, 21 Nov 2026 04:24:00 GMT")), "2026-11-21T04:24:00.000000Z");
  EXPECT_FALSE(parse_http_date("yesterday"));
  EXPECT_FALSE(parse_http_date(""));
}

TEST(Url, KnowsItsOrigin) {
  EXPECT_TRUE(same_origin("https://HOST/a", "https://host:443/b?c"));
  EXPECT_TRUE(same_origin("http://[::1]/a", "http://[::1]:80/"));
  EXPECT_FALSE(same_origin("https://host/", "http://host/"));
  EXPECT_FALSE(same_origin("https://host/", "https://host:8443/"));
  EXPECT_FALSE(same_origin("https://host/", "https://host.evil/"));
  EXPECT_FALSE(same_origin("https://host/", "https://host@evil/"));
}

TEST(Redirect, TakesKeysOfAnyNameToTheSameOriginOnly) {
  HttpRequest request;
  request.method = "POST";
  request.url = "https://collector.example/v1/traces";
  request.body = "{}";
  request.headers = {{"X-Api-Key", "secret"},
                     {"Authorization", "secret"},
                     {"Cookie", "secret"},
                     {"DD-API-KEY", "secret"},
                     {"Content-Type", "application/json"}};
  EXPECT_EQ(redirected(request, 308, "https://collector.example:443/other").headers, request.headers);
  for (const char* elsewhere :
       {"https://evil.example/v1/traces", "http://collector.example/v1/traces", "https://collector.example:8443/"}) {
    const auto next = redirected(request, 308, elsewhere);
    EXPECT_EQ(next.headers, (std::vector<std::pair<std::string, std::string>>{{"Content-Type", "application/json"}}));
    EXPECT_EQ(next.body, "{}");
  }
}

TEST(Redirect, By303GetsWithoutABody) {
  HttpRequest request;
  request.method = "POST";
  request.url = "https://host/a";
  request.body = "{}";
  request.headers = {{"Content-Type", "application/json"}, {"Content-Encoding", "gzip"}, {"Accept", "*/*"}};
  const auto next = redirected(request, 303, "https://host/b");
  EXPECT_EQ(next.method, "GET");
  EXPECT_EQ(next.body, "");
  EXPECT_EQ(next.headers, (std::vector<std::pair<std::string, std::string>>{{"Accept", "*/*"}}));
}

TEST(CertificateAuthorities, ComeFromTheEnvironmentBeforeTheUsualPlaces) {
  const auto folder = TemporaryFolder::make(testing::TempDir(), "ca-");
  ASSERT_TRUE(folder.has_value());
  const std::string mine = folder->path() / "mine.pem", usual = folder->path() / "usual.pem";
  ASSERT_TRUE(write_file(mine, "x") && write_file(usual, "x"));
  test::FakeEnvironment environment;
  EXPECT_EQ(find_certificate_authorities(environment, {"/nonexistent", usual})->file, usual);
  environment.variables["CURL_CA_BUNDLE"] = mine;
  EXPECT_EQ(find_certificate_authorities(environment, {usual})->file, mine);
  environment.variables["SSL_CERT_FILE"] = usual;
  EXPECT_EQ(find_certificate_authorities(environment, {})->file, usual);
  environment.variables["SSL_CERT_FILE"] = "/nonexistent";
  EXPECT_FALSE(find_certificate_authorities(environment, {usual}).has_value());
}

TEST(CertificateAuthorities, MayBeAFolderOrMissing) {
  test::FakeEnvironment environment;
  const auto none = find_certificate_authorities(environment, {"/nonexistent"});
  ASSERT_FALSE(none.has_value());
  EXPECT_NE(none.error().hint.find("SSL_CERT_FILE"), std::string::npos);
  environment.variables["SSL_CERT_DIR"] = "/some/folder";
  EXPECT_EQ(find_certificate_authorities(environment, {"/nonexistent"})->folder, "/some/folder");
}

}  // namespace
}  // namespace ci::platform
