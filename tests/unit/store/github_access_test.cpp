#include "store/github_access.hpp"

#include <gmock/gmock.h>

#include "base/base64.hpp"
#include "fakes/fake_environment.hpp"

namespace ci::store {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

// A runtime token whose claim `ac` is `scopes`, JSON with its quotes escaped.
std::string token_with(const std::string& scopes) {
  return "e30." + base::base64(R"({"ac":")" + scopes + R"("})") + ".c2ln";
}

const std::string kWriter = token_with(
    R"([{\"Scope\":\"refs/heads/topic\",\"Permission\":3},{\"Scope\":\"refs/heads/main\",\"Permission\":1}])");

class GithubAccessTest : public testing::Test {
 protected:
  test::FakeEnvironment environment_{{{"ACTIONS_RUNTIME_TOKEN", kWriter},
                                      {"ACTIONS_RESULTS_URL", "https://results.example.org/"},
                                      {"ACTIONS_CACHE_URL", "https://cache.example.org/abc/"},
                                      {"ACTIONS_CACHE_SERVICE_V2", "True"},
                                      {"GITHUB_SERVER_URL", "https://github.com"}}};
};

TEST_F(GithubAccessTest, IsVersion2OnGithub) {
  const auto access = read_github_access(environment_);
  ASSERT_TRUE(access);
  EXPECT_EQ(access->protocol, GithubProtocol::v2);
  EXPECT_EQ(access->url, "https://results.example.org");
}

TEST_F(GithubAccessTest, IsVersion1OnAnEnterpriseServerWhateverElseIsSet) {
  environment_.variables["GITHUB_SERVER_URL"] = "https://github.example.org";
  const auto access = read_github_access(environment_);
  EXPECT_EQ(access->protocol, GithubProtocol::v1);
  EXPECT_EQ(access->url, "https://cache.example.org/abc");
  environment_.variables.erase("ACTIONS_CACHE_URL");
  EXPECT_EQ(read_github_access(environment_)->url, "https://results.example.org");
}

TEST_F(GithubAccessTest, IsVersion1WhereVersion2IsNotSwitchedOn) {
  environment_.variables.erase("ACTIONS_CACHE_SERVICE_V2");
  EXPECT_EQ(read_github_access(environment_)->protocol, GithubProtocol::v1);
}

TEST_F(GithubAccessTest, IsVersion2InAContainerActionThatGetsOnlyItsAddress) {
  environment_.variables.erase("ACTIONS_CACHE_SERVICE_V2");
  environment_.variables.erase("ACTIONS_CACHE_URL");
  EXPECT_EQ(read_github_access(environment_)->protocol, GithubProtocol::v2);
}

TEST_F(GithubAccessTest, SaysWhatAStepLacks) {
  environment_.variables.erase("ACTIONS_RUNTIME_TOKEN");
  const auto access = read_github_access(environment_);
  ASSERT_FALSE(access);
  EXPECT_EQ(access.error().kind, base::ErrorKind::unavailable);
  EXPECT_THAT(access.error().message, HasSubstr("ACTIONS_RUNTIME_TOKEN is not set"));
}

TEST_F(GithubAccessTest, ReadsTheScopesOfTheToken) {
  const auto scopes = scopes_in_token(kWriter);
  ASSERT_EQ(scopes.size(), 2U);
  EXPECT_EQ(scopes[0].reference, "refs/heads/topic");
  EXPECT_TRUE(scopes[0].may_read && scopes[0].may_write);
  EXPECT_TRUE(scopes[1].may_read && !scopes[1].may_write);
  const auto access = read_github_access(environment_);
  EXPECT_EQ(access->no_reading, "");
  EXPECT_EQ(access->no_writing, "");
}

TEST_F(GithubAccessTest, ATokenThatOnlyReadsForbidsSaving) {
  environment_.variables["ACTIONS_RUNTIME_TOKEN"] = token_with(R"([{\"Scope\":\"refs/heads/main\",\"Permission\":1}])");
  const auto access = read_github_access(environment_);
  EXPECT_EQ(access->no_reading, "");
  EXPECT_THAT(access->no_writing, HasSubstr("only read"));
}

TEST_F(GithubAccessTest, ATokenThatSaysNothingForbidsNothing) {
  for (const std::string token : {"opaque", "a.b.c", "e30.e30.c2ln", ".."}) {
    EXPECT_THAT(scopes_in_token(token), IsEmpty());
    environment_.variables["ACTIONS_RUNTIME_TOKEN"] = token;
    EXPECT_EQ(read_github_access(environment_)->no_writing, "");
  }
}

TEST_F(GithubAccessTest, TheCacheModeForbidsWhatItSays) {
  const auto forbidden = [&](const char* mode) {
    environment_.variables["ACTIONS_CACHE_MODE"] = mode;
    const auto access = read_github_access(environment_);
    return std::string(access->no_reading.empty() ? "" : "read ") + (access->no_writing.empty() ? "" : "write");
  };
  EXPECT_EQ(forbidden(""), "");
  EXPECT_EQ(forbidden("none"), "read write");
  EXPECT_EQ(forbidden(" Read "), "write");
  EXPECT_EQ(forbidden("write"), "");
  EXPECT_EQ(forbidden("write-only"), "read ");
  EXPECT_EQ(forbidden("something new"), "");
}

TEST(EnterpriseServer, IsEveryHostButGithubsOwn) {
  for (const char* url :
       {"https://github.com", "https://GitHub.com/", "https://tenant.ghe.com", "http://x.localhost:80", ""}) {
    EXPECT_FALSE(is_enterprise_server(url)) << url;
  }
  for (const char* url : {"https://github.example.org", "https://notgithub.com", "https://github.com.example.org"}) {
    EXPECT_TRUE(is_enterprise_server(url)) << url;
  }
}

}  // namespace
}  // namespace ci::store
