#include "golang/go_key.hpp"

#include <gmock/gmock.h>

#include "cache/tree.hpp"
#include "fakes/fake_platform.hpp"
#include "key/difference.hpp"

namespace ci::golang {
namespace {

using test::ScriptedRun;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class GoKeyTest : public test::TreeTest {
 protected:
  GoKeyTest() {
    write("go.mod", "module m\ngo 1.21\n");
    write("go.sum", "golang.org/x/net v0.30.0 h1:x=\n");
    write("main.go", "package main\n");
    go_.set("GOVERSION", "go1.22.1")
        .set("GOOS", "linux")
        .set("GOARCH", "amd64")
        .set("CGO_ENABLED", "1")
        .set("CC", "gcc");
    fakes_.processes.when("go env -json", [this](const platform::Command& command) {
      EXPECT_EQ(command.environment.at("GOTOOLCHAIN"), "local") << "nothing is downloaded";
      EXPECT_TRUE(command.timeout.has_value());
      return ScriptedRun::exits(0, go_.compact());
    });
    fakes_.processes.when("gcc --version", ScriptedRun::exits(0, "gcc 12.2.0\nCopyright\n"));
  }

  key::Key key(GoCache cache, GoKeyRequest request = {}) {
    request.module = root();
    return go_key(cache, request, fakes_.seams()).value();
  }

  // What differs in the key of the build cache after `change`.
  template <class Change>
  std::vector<std::string> differences_after(Change change) {
    const auto before = key(GoCache::build);
    change();
    const auto after = key(GoCache::build);
    EXPECT_NE(before.text, after.text);
    std::vector<std::string> lines;
    for (const auto& one : key::differences(before.parts, after.parts)) lines.push_back(one.text());
    return lines;
  }

  base::Json go_ = base::Json::object();
  test::FakePlatform fakes_;
};

TEST_F(GoKeyTest, OfTheModulesFallsBackFromTheSumsToTheToolchain) {
  const auto before = key(GoCache::modules);
  EXPECT_EQ(before.restore_keys.size(), 1U);
  write("main.go", "package main // changed\n");
  EXPECT_EQ(key(GoCache::modules).text, before.text) << "sources are no part";
  write("go.sum", "golang.org/x/net v0.31.0 h1:x=\n");
  const auto after = key(GoCache::modules);
  EXPECT_NE(after.text, before.text);
  EXPECT_EQ(after.restore_keys, before.restore_keys);
  go_.set("GOVERSION", "go1.22.3");
  EXPECT_NE(key(GoCache::modules).restore_keys, before.restore_keys);
}

TEST_F(GoKeyTest, OfTheBuildFallsBackFromTheSourcesToTheSumsTheFlagsAndTheToolchain) {
  const auto before = key(GoCache::build);
  ASSERT_EQ(before.restore_keys.size(), 3U);
  write("main.go", "package main // changed\n");
  EXPECT_EQ(key(GoCache::build).restore_keys, before.restore_keys);
  write("go.sum", "");
  auto after = key(GoCache::build);
  EXPECT_NE(after.restore_keys[0], before.restore_keys[0]);
  EXPECT_EQ(after.restore_keys[1], before.restore_keys[1]);
  go_.set("GOFLAGS", "-race");
  after = key(GoCache::build);
  EXPECT_NE(after.restore_keys[1], before.restore_keys[1]);
  EXPECT_EQ(after.restore_keys[2], before.restore_keys[2]);
  go_.set("GOAMD64", "v3");
  EXPECT_NE(key(GoCache::build).restore_keys[2], before.restore_keys[2]);
}

TEST_F(GoKeyTest, OfABinaryServesExactly) {
  const auto before = key(GoCache::binary, {.binary = "bin/tool", .build = "go build -o bin/tool ."});
  EXPECT_THAT(before.restore_keys, IsEmpty());
  EXPECT_THAT(before.text, HasSubstr("-tool-go1.22.1-"));
  EXPECT_NE(key(GoCache::binary, {.binary = "other/tool", .build = "go build -o bin/tool ."}).text, before.text);
  EXPECT_NE(key(GoCache::binary, {.binary = "bin/tool", .build = "go build -race -o bin/tool ."}).text, before.text);
  EXPECT_NE(key(GoCache::binary, {.binary = "bin/tool", .build = "go build -o bin/tool .", .tags = {"x"}}).text,
            before.text);
}

TEST_F(GoKeyTest, TheThreeAreNeverEqual) {
  EXPECT_NE(key(GoCache::modules).text, key(GoCache::build).text);
  EXPECT_NE(key(GoCache::binary).text, key(GoCache::build).text);
}

TEST_F(GoKeyTest, CacheVersionAbandonsAllEarlierOnes) {
  for (const auto cache : {GoCache::modules, GoCache::build, GoCache::binary}) {
    const auto before = key(cache), after = key(cache, {.cache_version = "2"});
    EXPECT_NE(after.text, before.text);
    for (const auto& prefix : after.restore_keys) EXPECT_FALSE(before.text.starts_with(prefix));
  }
}

TEST_F(GoKeyTest, TagsHaveNoOrder) {
  EXPECT_EQ(key(GoCache::build, {.tags = {"a", "b"}}).text, key(GoCache::build, {.tags = {"b", "a", "b"}}).text);
}

TEST_F(GoKeyTest, TheImageCountsBesideTheRelease) {
  const auto before = key(GoCache::build);
  fakes_.environment.variables["ImageVersion"] = "20240901.1";
  const auto newer = key(GoCache::build);
  EXPECT_NE(newer.text, before.text);
  EXPECT_EQ(newer.restore_keys, before.restore_keys) << "a new image still begins with what there is";
  fakes_.environment.variables["ImageOS"] = "ubuntu24";
  EXPECT_NE(key(GoCache::build).restore_keys[2], before.restore_keys[2]);
}

TEST_F(GoKeyTest, AnImageDoesNotCountWithoutCgo) {
  go_.set("CGO_ENABLED", "0");
  const auto before = key(GoCache::binary);
  fakes_.environment.variables["ImageVersion"] = "20240901.1";
  EXPECT_EQ(key(GoCache::binary).text, before.text);
}

TEST_F(GoKeyTest, EveryDifferenceIsNamed) {
  EXPECT_THAT(differences_after([&] { write("main.go", "package main // 2\n"); }), ElementsAre("main.go changed"));
  EXPECT_THAT(differences_after([&] { write("go.sum", "golang.org/x/net v0.31.0 h1:x=\n"); }),
              ElementsAre("go.sum changed: golang.org/x/net v0.30.0 → v0.31.0"));
  EXPECT_THAT(differences_after([&] { go_.set("GOVERSION", "go1.22.3"); }),
              ElementsAre("toolchain go1.22.1 → go1.22.3"));
  EXPECT_THAT(differences_after([&] { write("go.mod", "module m\ngo 1.21\ntoolchain go1.23.1\n"); }),
              ElementsAre("toolchain go1.22.3 → go1.23.1", "go.mod changed"));
  EXPECT_THAT(differences_after([&] { go_.set("CGO_ENABLED", "0"); }),
              ElementsAre("CGO_ENABLED 1 → 0", "C compiler gcc 12.2.0 → (none)"));
  EXPECT_THAT(differences_after([&] { write("static.txt", ""), write("x.go", "//go:embed static.txt\n"); }),
              ElementsAre("static.txt added", "x.go added"));
}

TEST_F(GoKeyTest, IsTheSameForTheSameModuleElsewhere) {
  link("../linked-" + std::filesystem::path(root()).filename().string(), root());
  const auto linked = root() + "/../linked-" + std::filesystem::path(root()).filename().string();
  const auto through = go_key(GoCache::build, {.module = linked}, fakes_.seams()).value();
  std::filesystem::remove(linked);
  EXPECT_EQ(through.text, key(GoCache::build).text);
}

TEST_F(GoKeyTest, WithoutGoIsAnErrorOfTheEnvironment) {
  fakes_.processes.when("go env", [](const platform::Command&) -> base::Result<ScriptedRun> {
    return base::fail(base::ErrorKind::environment, "cannot run go: not found in PATH");
  });
  const auto made = go_key(GoCache::build, {.module = root()}, fakes_.seams());
  ASSERT_FALSE(made.has_value());
  EXPECT_EQ(made.error().kind, base::ErrorKind::environment);
  EXPECT_THAT(made.error().hint, HasSubstr("setup-go"));
}

TEST_F(GoKeyTest, AGoThatFailsHangsOrStammersIsAnError) {
  const auto kind_after = [&](ScriptedRun run) {
    fakes_.processes.when("go env", std::move(run));
    return go_key(GoCache::build, {.module = root()}, fakes_.seams()).error().kind;
  };
  EXPECT_EQ(kind_after(ScriptedRun::exits(2, "", "broken")), base::ErrorKind::environment);
  EXPECT_EQ(kind_after(ScriptedRun::exits(0, "no JSON")), base::ErrorKind::environment);
  EXPECT_EQ(kind_after(ScriptedRun::exits(0, "{}")), base::ErrorKind::environment);
  ScriptedRun hangs;
  hangs.outcome.end = platform::End::timed_out;
  EXPECT_EQ(kind_after(hangs), base::ErrorKind::timeout);
}

TEST_F(GoKeyTest, TheSettingOfGoEnvCounts) {
  go_.set("GOENV", root() + "/settings");
  write("settings", "GOPROXY=off\nGOTOOLCHAIN=go1.21.5\n");
  EXPECT_THAT(key(GoCache::build).text, HasSubstr("-go1.21.5-"));
  fakes_.environment.variables["GOTOOLCHAIN"] = "go1.20.1";
  EXPECT_THAT(key(GoCache::build).text, HasSubstr("-go1.20.1-")) << "the environment goes before it";
}

}  // namespace
}  // namespace ci::golang
