#include "apt/failure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ci::apt {
namespace {

using testing::HasSubstr;

struct Said {
  std::vector<std::string> lines;
  FailureKind kind;
  std::string host;
  std::string package;
};

class Classified : public testing::TestWithParam<Said> {};

TEST_P(Classified, TellsTheClassTheHostAndThePackage) {
  const auto failure = classify(GetParam().lines);
  EXPECT_EQ(word(failure.kind), word(GetParam().kind));
  EXPECT_EQ(failure.host, GetParam().host);
  EXPECT_EQ(failure.package, GetParam().package);
  EXPECT_FALSE(hint(failure).empty());
}

INSTANTIATE_TEST_SUITE_P(
    AptsWords, Classified,
    testing::Values(
        Said{{"Reading package lists...", "E: Unable to locate package libnosuch"},
             FailureKind::unknown_package,
             "",
             "libnosuch"},
        Said{{"E: Package 'foo' has no installation candidate"}, FailureKind::unknown_package, "", "foo"},
        Said{{"E: Version '9' for 'curl' was not found"}, FailureKind::unknown_package, "", "curl"},
        Said{{"E: Release 'sid' for 'curl' was not found"}, FailureKind::unknown_package, "", "curl"},
        Said{{"E: Failed to fetch http://127.0.0.1:81/pool/b.deb  404  Not Found [IP: 127.0.0.1 81]"},
             FailureKind::not_found,
             "127.0.0.1:81",
             ""},
        Said{{"E: Failed to fetch http://m/pool/b.deb  503  Service Unavailable [IP: 127.0.0.1 81]"},
             FailureKind::http_error,
             "m",
             ""},
        Said{{"E: Failed to fetch http://m/pool/b.deb  403  Forbidden [IP: 127.0.0.1 81]"},
             FailureKind::http_error,
             "m",
             ""},
        Said{{"E: Failed to fetch http://m/pool/b.deb  Hash Sum mismatch"}, FailureKind::hash_mismatch, "m", ""},
        Said{{"E: Failed to fetch http://m/pool/b.deb  File has unexpected size (3 != 4). Mirror sync in progress? "
              "[IP: 1 80]"},
             FailureKind::hash_mismatch,
             "m",
             ""},
        Said{{"E: Failed to fetch http://m:40425/p  Error reading from server - read (104: Connection reset by peer) "
              "[IP: "
              "::1 40425]"},
             FailureKind::connection,
             "m:40425",
             ""},
        Said{{"W: Failed to fetch http://m/dists/x/InRelease  Could not resolve 'm'"},
             FailureKind::name_resolution,
             "m",
             ""},
        Said{{"W: Failed to fetch http://m/dists/x/InRelease  Could not connect to m:80 (1.2.3.4), connection timed "
              "out"},
             FailureKind::connection,
             "m",
             ""},
        Said{{"E: The repository 'http://m/ubuntu nosuch Release' does not have a Release file."},
             FailureKind::not_found,
             "m",
             ""},
        Said{{"E: The repository 'http://m/x stable InRelease' is not signed."}, FailureKind::bad_signature, "m", ""},
        Said{{"E: Release file for http://m/x/InRelease is not valid yet (invalid for another 3h)."},
             FailureKind::expired,
             "m",
             ""},
        Said{{"E: Could not get lock /var/lib/apt/lists/lock. It is held by process 12 (apt-get)"},
             FailureKind::locked,
             "",
             ""},
        Said{{"dpkg: error processing package bad (--configure):",
              " installed bad package post-installation script subprocess returned "
              "error exit status 1",
              "E: Sub-process /usr/bin/dpkg returned an error code (1)"},
             FailureKind::maintainer_script,
             "",
             "bad"},
        Said{{"dpkg: error processing archive /a.deb (--unpack):", " cannot write: No space left on device"},
             FailureKind::disk_full,
             "",
             ""},
        Said{{"The following packages have unmet dependencies:", " a : Depends: b (>= 2) but 1 is to be installed",
              "E: Unable to correct problems, you have held broken packages."},
             FailureKind::unmet_dependencies,
             "",
             ""},
        Said{{"E: Something new"}, FailureKind::other, "", ""}));

TEST(Failure, TellsOfNoneWhereAptSaidNothingBad) {
  EXPECT_FALSE(classify({"Reading package lists...", "W: Target is configured twice"}));
}

TEST(Failure, CarriesTheReasonOfAMaintainerScript) {
  const auto failure =
      classify({"dpkg: error processing package bad (--configure):", " subprocess returned error exit status 7"});
  EXPECT_THAT(failure.detail, HasSubstr("error exit status 7"));
}

TEST(Failure, CarriesWhichDependencyIsUnmet) {
  const auto failure =
      classify({"The following packages have unmet dependencies:", " a : Depends: b but it is not installable"});
  EXPECT_THAT(failure.detail, HasSubstr("a : Depends: b but it is not installable"));
}

TEST(Failure, PutsTheDistributionsOwnArchiveBeforeAnyOther) {
  const auto failure = classify({"E: Failed to fetch http://ppa.example/x  403  Forbidden",
                                 "E: Failed to fetch http://deb.debian.org/debian/y  503  Service Unavailable"});
  EXPECT_EQ(failure.host, "deb.debian.org");
}

TEST(Failure, NamesEverySourceThatFailed) {
  const auto failures =
      fetch_failures({"W: Failed to fetch http://a/InRelease  Connection failed", "Hit:1 http://b x InRelease",
                      "E: The repository 'http://c/x stable Release' does not have a Release file."});
  ASSERT_EQ(failures.size(), 2U);
  EXPECT_EQ(failures[0].host, "a");
  EXPECT_EQ(failures[1].host, "c");
}

}  // namespace
}  // namespace ci::apt
