#include "delta/apt_settings.hpp"

#include <gmock/gmock.h>

namespace {

using namespace ci::delta;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(CanonicalSettings, BothSpellingsAreTheSame) {
  EXPECT_EQ(canonical_settings("APT { Install-Recommends \"false\"; };"),
            canonical_settings("apt::install-recommends \"false\";\n"));
  EXPECT_THAT(canonical_settings("APT::Install-Recommends \"false\";"), ElementsAre("apt::install-recommends false"));
}

TEST(CanonicalSettings, CommentsAndWhatOnlyFetchesGo) {
  EXPECT_THAT(canonical_settings("// APT::Default-Release \"x\";\n# y\n/* APT::a \"b\"; */\n"
                                 "Acquire::Retries \"3\";\nAcquire { http { Proxy \"http://x/\"; } }\n"),
              IsEmpty());
}

TEST(CanonicalSettings, ListsKeepTheirOrder) {
  EXPECT_THAT(canonical_settings("DPkg::Options { \"--force-confdef\"; \"--force-confold\"; }\n#clear APT::X;"),
              ElementsAre("dpkg::options:: --force-confdef", "dpkg::options:: --force-confold", "#clear APT::X"));
}

TEST(CanonicalSettings, BrokenTextEnds) {
  for (const char* text : {"}", "{", "\"", "APT {", "APT::X \"", "/*", ";;;", "a b c"}) canonical_settings(text);
}

TEST(Sources, OneLineAndDeb822AreTheSame) {
  const auto one = one_line_sources(
      "# comment\ndeb [arch=amd64 signed-by=/usr/share/keyrings/k.gpg] http://deb.example/debian/ bookworm main "
      "contrib\n"
      "deb-src http://deb.example/debian bookworm main\n");
  const auto two = deb822_sources(
      "Types: deb deb-src\nURIs: http://deb.example/debian\nSuites: bookworm\nComponents: contrib main\n"
      "Architectures: amd64\nSigned-By: /usr/share/keyrings/k.gpg\n");
  ASSERT_EQ(one.size(), 1U);
  EXPECT_EQ(one, two);
  EXPECT_EQ(one[0].components, "contrib main");
  EXPECT_EQ(one[0].options, "arch=amd64");
}

TEST(Sources, EverySuiteIsOneAndDisabledOnesAreNone) {
  const auto sources = deb822_sources(
      "Types: deb\nURIs: http://x\nSuites: a a-updates\nComponents: main\n\n"
      "Enabled: no\nTypes: deb\nURIs: http://y\nSuites: b\nComponents: main\n");
  ASSERT_EQ(sources.size(), 2U);
  EXPECT_EQ(sources[1].suite, "a-updates");
}

TEST(Sources, AKeyInTheFileIsPartOfTheSource) {
  const auto sources = deb822_sources(
      "Types: deb\nURIs: http://x\nSuites: ./\nSigned-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQINB\n");
  ASSERT_EQ(sources.size(), 1U);
  EXPECT_THAT(sources[0].signed_by, testing::HasSubstr("mQINB"));
}

TEST(Sources, ATrustedSourceIsAnotherOne) {
  EXPECT_NE(one_line_sources("deb [trusted=yes] http://x a main"), one_line_sources("deb http://x a main"));
}

}  // namespace
