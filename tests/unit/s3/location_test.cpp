#include "s3/location.hpp"

#include <gmock/gmock.h>

#include "fakes/fake_environment.hpp"
#include "platform/filesystem.hpp"
#include "s3/credentials.hpp"

namespace ci::test {
namespace {

using testing::HasSubstr;
using Variables = std::map<std::string, std::string>;

// "ORIGIN ROOT FOLDER REGION", or the message of the error.
std::string location(std::string_view url, const Variables& variables = {}) {
  const auto found = s3::location_of(url, FakeEnvironment(variables));
  if (!found) return found.error().message;
  return found->origin + ' ' + found->path_of("NAME") + ' ' + found->folder + ' ' + found->region;
}

TEST(S3Location, AtAmazonTheHostNamesTheBucket) {
  EXPECT_EQ(location("s3://ci-cache"), "https://ci-cache.s3.us-east-1.amazonaws.com /NAME  us-east-1");
  EXPECT_EQ(location("s3://ci-cache/a/b/", {{"AWS_REGION", "eu-central-1"}, {"AWS_DEFAULT_REGION", "x"}}),
            "https://ci-cache.s3.eu-central-1.amazonaws.com /NAME a/b/ eu-central-1");
  EXPECT_EQ(location("s3://ci-cache", {{"AWS_DEFAULT_REGION", "cn-north-1"}}),
            "https://ci-cache.s3.cn-north-1.amazonaws.com.cn /NAME  cn-north-1");
  EXPECT_EQ(location("s3://ci.cache"), "https://s3.us-east-1.amazonaws.com /ci.cache/NAME  us-east-1");
}

TEST(S3Location, AtOtherServicesThePathDoes) {
  EXPECT_EQ(location("s3://ci-cache/x", {{"AWS_ENDPOINT_URL", "http://MINIO:9000/"}}),
            "http://minio:9000 /ci-cache/NAME x/ us-east-1");
  EXPECT_EQ(location("s3://ci-cache",
                     {{"AWS_ENDPOINT_URL", "http://a"}, {"AWS_ENDPOINT_URL_S3", "https://b:443/storage/v1"}}),
            "https://b /storage/v1/ci-cache/NAME  us-east-1");
  EXPECT_EQ(location("s3://ci-cache", {{"AWS_ENDPOINT_URL_S3", "http://[::1]:80"}}),
            "http://[::1] /ci-cache/NAME  us-east-1");
}

TEST(S3Location, AnEndpointMayNameTheBucket) {
  EXPECT_EQ(location("s3://ci-cache/f", {{"AWS_ENDPOINT_URL_S3", "https://ci-cache.oss.example.com"}}),
            "https://ci-cache.oss.example.com /NAME f/ us-east-1");
}

TEST(S3Location, SaysWhatIsWrong) {
  EXPECT_THAT(location("s3:bucket"), HasSubstr("does not begin with s3://"));
  EXPECT_THAT(location("s3://"), HasSubstr("no bucket"));
  EXPECT_THAT(location("s3://a"), HasSubstr("no name of a bucket"));
  EXPECT_THAT(location("s3://user@host"), HasSubstr("no name of a bucket"));
  EXPECT_THAT(location("s3://bucket//a"), HasSubstr("has a part"));
  EXPECT_THAT(location("s3://bucket/../a"), HasSubstr("has a part"));
  EXPECT_THAT(location("s3://bucket/a\nb"), HasSubstr("no printable text"));
  EXPECT_THAT(location("s3://bucket/" + std::string(200, 'a')), HasSubstr("too long"));
  for (const char* endpoint :
       {"host", "ftp://host", "http://", "http://user:secret@host", "http://host/?a=b", "http://a b"}) {
    EXPECT_THAT(location("s3://bucket", {{"AWS_ENDPOINT_URL", endpoint}}), HasSubstr("not the URL of an S3 service"));
  }
  EXPECT_THAT(location("s3://bucket", {{"AWS_REGION", "evil.example/"}}), HasSubstr("not a region"));
}

class S3CredentialsTest : public testing::Test {
 protected:
  // "ID SECRET TOKEN", or the message of the error.
  std::string credentials(Variables variables) {
    variables.emplace("HOME", home_.path());
    const auto found = s3::find_credentials(FakeEnvironment(variables));
    if (found) return found->access_key_id + ' ' + found->secret_access_key + ' ' + found->session_token;
    EXPECT_EQ(found.error().kind, base::ErrorKind::permission);
    return found.error().message;
  }
  platform::TemporaryFolder home_ =
      std::move(*platform::TemporaryFolder::make(std::filesystem::temp_directory_path(), "ci-optimizer-credentials-"));
};

TEST_F(S3CredentialsTest, ComeFromTheEnvironmentFirst) {
  ASSERT_TRUE(platform::write_file(home_.path() / ".aws/credentials",
                                   "[default]\naws_access_key_id=F\naws_secret_access_key=S\n"));
  EXPECT_EQ(credentials({{"AWS_ACCESS_KEY_ID", "id"}, {"AWS_SECRET_ACCESS_KEY", "secret"}}), "id secret ");
  EXPECT_EQ(credentials({{"AWS_ACCESS_KEY_ID", "id"}, {"AWS_SECRET_ACCESS_KEY", "s"}, {"AWS_SESSION_TOKEN", "t"}}),
            "id s t");
  EXPECT_THAT(credentials({{"AWS_ACCESS_KEY_ID", "id"}}), HasSubstr("no secret access key"));
  EXPECT_THAT(credentials({{"AWS_SECRET_ACCESS_KEY", "s"}}), HasSubstr("no access key id"));
}

TEST_F(S3CredentialsTest, ComeFromTheSharedFile) {
  ASSERT_TRUE(
      platform::write_file(home_.path() / ".aws/credentials",
                           "# comment\r\n[other]\r\naws_access_key_id = O\n; comment\n aws_secret_access_key = a=b \n"
                           "[default]\naws_access_key_id=D\nAWS_SECRET_ACCESS_KEY=S\naws_session_token=T\n[empty]\n"));
  EXPECT_EQ(credentials({}), "D S T");
  EXPECT_EQ(credentials({{"AWS_PROFILE", "other"}}), "O a=b ");
  EXPECT_THAT(credentials({{"AWS_PROFILE", "none"}}), HasSubstr("no profile \"none\""));
  EXPECT_THAT(credentials({{"AWS_PROFILE", "empty"}}), HasSubstr("no access key id"));
  ASSERT_TRUE(
      platform::write_file(home_.path() / "elsewhere", "[default]\naws_access_key_id=E\naws_secret_access_key=S"));
  EXPECT_EQ(credentials({{"AWS_SHARED_CREDENTIALS_FILE", home_.path() / "elsewhere"}}), "E S ");
}

TEST_F(S3CredentialsTest, MayBeMissing) {
  EXPECT_EQ(credentials({}), "there are no credentials for the S3 store");
  EXPECT_EQ(credentials({{"AWS_ACCESS_KEY_ID", ""}, {"HOME", ""}}), "there are no credentials for the S3 store");
}

}  // namespace
}  // namespace ci::test
