#include "optimize/configuration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ci::optimize {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(ConfigurationFile, FillsInWhatItSays) {
  const auto read = parse_configuration(R"(
version: 1
deadline: 10m
apt:
  packages: [ffmpeg, libgl1]
  budget: 73s
  recommends: false
  ephemeral: auto
  deadlines: { update: 30s }
smoke:
  - ffmpeg -version
  - { run: "./tool --version", matches: "^tool [0-9]+", exit-code: 3, timeout: 5s, libraries: [./tool] }
history: { store: "file:records", keep: { days: 7, runs: 5 } }
gates: { budget: fail }
)",
                                        "c.yml");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_THAT(*read->packages, ElementsAre("ffmpeg", "libgl1"));
  EXPECT_EQ(read->budget, std::chrono::seconds(73));
  EXPECT_EQ(read->deadline, std::chrono::minutes(10));
  EXPECT_EQ(read->recommends, false);
  EXPECT_EQ(read->ephemeral, Ephemeral::automatic);
  EXPECT_EQ(read->update_deadline, std::chrono::seconds(30));
  ASSERT_EQ(read->smoke->size(), 2U);
  EXPECT_EQ((*read->smoke)[0].run, "ffmpeg -version");
  EXPECT_EQ((*read->smoke)[1].exit_code, 3);
  EXPECT_EQ((*read->smoke)[1].timeout, std::chrono::seconds(5));
  EXPECT_THAT((*read->smoke)[1].libraries, ElementsAre("./tool"));
  EXPECT_EQ(read->history, "file:records");
  EXPECT_EQ(read->keep_days, 7);
  EXPECT_EQ(read->budget_gate, Gate::fail);
}

TEST(ConfigurationFile, ListsCaches) {
  const auto read = parse_configuration(R"(
caches:
  - { name: assets, paths: [build/assets, "!build/assets/tmp"], key-files: "assets/**" }
  - name: more
    paths: |
      ~/x
      y
    key-files: [a.lock, b.lock]
    restore-keys: [more-]
    save: always
)",
                                        "c.yml");
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->caches->size(), 2U);
  EXPECT_THAT((*read->caches)[0].paths, ElementsAre("build/assets", "!build/assets/tmp"));
  EXPECT_THAT((*read->caches)[0].key_files, ElementsAre("assets/**"));
  EXPECT_EQ((*read->caches)[0].save, cache::SaveWhen::success);
  EXPECT_THAT((*read->caches)[1].paths, ElementsAre("~/x", "y"));
  EXPECT_THAT((*read->caches)[1].restore_keys, ElementsAre("more-"));
  EXPECT_EQ((*read->caches)[1].save, cache::SaveWhen::always);
}

TEST(ConfigurationFile, TellsEveryFaultOfACache) {
  const auto read = parse_configuration(R"(caches:
  - { name: "a b", paths: [x], key-files: [y] }
  - { name: a, path: [x] }
  - { name: apt, paths: [x], key-files: [y], save: never }
  - { name: a, paths: [x], key-files: [y], restore-keys: ["a,b"] }
  - x
)",
                                        "c.yml");
  ASSERT_FALSE(read);
  const auto& message = read.error().message;
  for (const char* line :
       {"c.yml:2:13: a cache's name has letters", "c.yml:3:16: unknown key 'path' in a cache; did you mean 'paths'?",
        "c.yml:3:5: a cache needs paths", "c.yml:3:5: a cache needs key-files",
        "c.yml:4:5: the name 'apt' is that of a cache of our own", "expected one of success, always",
        "c.yml:5:5: two caches are named 'a'", "has a comma",
        "c.yml:6:5: expected a map with name, paths, key-files"}) {
    EXPECT_THAT(message, HasSubstr(line));
  }
}

TEST(ConfigurationFile, TakesAReadyRuleForACacheAndWhatIsSaidBesides) {
  const auto read = parse_configuration(R"(caches:
  - { use: npm }
  - { use: cargo, name: crates, paths: [target] }
)",
                                        "c.yml");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ((*read->caches)[0].name, "npm");
  EXPECT_THAT((*read->caches)[0].paths, ElementsAre("~/.npm/_cacache"));
  EXPECT_THAT((*read->caches)[0].key_files, testing::Contains("**/package-lock.json"));
  EXPECT_EQ((*read->caches)[1].name, "crates");
  EXPECT_THAT((*read->caches)[1].paths, ElementsAre("target"));
  EXPECT_THAT((*read->caches)[1].key_files, testing::Contains("**/Cargo.lock"));
  const auto wrong = parse_configuration("caches:\n  - { use: bower }\n", "c.yml");
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message, HasSubstr("c.yml:2:12: there is no rule 'bower'"));
}

TEST(ConfigurationFile, TellsOfAGoModule) {
  const auto read = parse_configuration(R"(go:
  module: src/go.mod
  tags: [extra]
  modules: always
  save: always
  limit: 2GiB
  restore: always
  file-times: contents
  binary:
    path: bin/tool
    build: go build -o bin/tool .
    smoke: ["./bin/tool --version"]
    deadline: 10m
    wait: 30s
)",
                                        "c.yml");
  ASSERT_TRUE(read) << read.error().message;
  const auto& go = read->go;
  EXPECT_TRUE(go.asked_for());
  EXPECT_EQ(go.module, "src/go.mod");
  EXPECT_THAT(*go.tags, ElementsAre("extra"));
  EXPECT_EQ(go.modules, GoModules::always);
  EXPECT_EQ(go.save, GoSave::always);
  EXPECT_EQ(go.limit, std::uint64_t{2} << 30);
  EXPECT_EQ(go.restore, GoRestore::always);
  EXPECT_EQ(go.file_times, GoFileTimes::contents);
  EXPECT_EQ(go.binary, "bin/tool");
  EXPECT_EQ(go.build, "go build -o bin/tool .");
  EXPECT_EQ(go.smoke->front().run, "./bin/tool --version");
  EXPECT_EQ(go.build_deadline, std::chrono::minutes(10));
  EXPECT_EQ(go.wait, std::chrono::seconds(30));
  EXPECT_FALSE(parse_configuration("go:\n", "c.yml")->go.asked_for());
}

TEST(ConfigurationFile, TellsEveryFaultOfAGoModule) {
  const auto read = parse_configuration("go:\n  limit: much\n  save: sometimes\n  binary: { file: x }\n", "c.yml");
  ASSERT_FALSE(read);
  for (const char* line :
       {"c.yml:2:10: expected a size such as 500MB or 2GiB", "c.yml:3:9: expected one of default-branch, always, never",
        "c.yml:4:13: unknown key 'go.binary.file'"})
    EXPECT_THAT(read.error().message, HasSubstr(line));
}

TEST(ConfigurationFile, OfTheExamplesIsRead) {
  const auto read = load_configuration(CI_OPTIMIZER_SOURCE_DIR "/examples/ci-optimizer.yml", ".");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_TRUE(read->packages);
}

TEST(ConfigurationFile, MayBeEmpty) {
  EXPECT_TRUE(parse_configuration("", "c.yml"));
  EXPECT_TRUE(parse_configuration("# nothing yet\n", "c.yml"));
  EXPECT_TRUE(parse_configuration("apt:\n", "c.yml"));
}

TEST(ConfigurationFile, TellsEveryFaultWithItsPlaceAndTheWordThatWasMeant) {
  const auto read = parse_configuration(
      "apt:\n  pakages: [a]\n  budget: soon\n  packages: [-y]\nsmok: []\nsmoke: [{ runn: x }]\n", "c.yml");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, base::ErrorKind::data);
  const auto& said = read.error().message;
  EXPECT_THAT(said, HasSubstr("c.yml:2:3: unknown key 'apt.pakages'; did you mean 'packages'?"));
  EXPECT_THAT(said, HasSubstr("c.yml:3:11: expected a duration"));
  EXPECT_THAT(said, HasSubstr("c.yml:4:14: '-y' is not a package"));
  EXPECT_THAT(said, HasSubstr("c.yml:5:1: unknown key 'smok'; did you mean 'smoke'?"));
  EXPECT_THAT(said, HasSubstr("unknown key 'runn' in a smoke test; did you mean 'run'?"));
}

TEST(ConfigurationFile, ReadsPackageSourcesAsDeb822HasThem) {
  const auto good = parse_configuration(R"(
apt:
  sources:
    - URIs: https://a.example/apt https://b.example/apt
      suites: [stable, testing]
      components: main
      signed-by: keys/a.asc
    - uris: https://c.example/flat
      suites: ./
      architectures: [amd64]
      signed-by: |
        -----BEGIN PGP PUBLIC KEY BLOCK-----
)",
                                        "c.yml");
  ASSERT_TRUE(good) << good.error().message;
  ASSERT_EQ(good->sources->size(), 2U);
  EXPECT_THAT(
      good->sources->front(),
      (apt::SourceEntry{
          {"https://a.example/apt", "https://b.example/apt"}, {"stable", "testing"}, {"main"}, {}, "keys/a.asc"}));
  EXPECT_THAT(good->sources->back().architectures, ElementsAre("amd64"));
  EXPECT_TRUE(apt::is_armored_key(good->sources->back().signed_by));
}

TEST(ConfigurationFile, TellsWhatAPackageSourceLacks) {
  const auto said = [](const std::string& entry) {
    return parse_configuration("apt:\n  sources:\n    - " + entry + "\n", "c.yml").error().message;
  };
  EXPECT_THAT(said("{ suites: s, components: c, signed-by: k }"), HasSubstr("c.yml:3:7: a package source needs uris"));
  EXPECT_THAT(said("{ uris: 'http://x', components: c, signed-by: k }"), HasSubstr("needs suites"));
  EXPECT_THAT(said("{ uris: 'http://x', suites: s, components: c }"), HasSubstr("needs signed-by"));
  EXPECT_THAT(said("{ uris: 'http://x', suites: s, signed-by: k }"), HasSubstr("needs components"));
  EXPECT_THAT(said("{ uris: 'http://x', suites: s/, components: c, signed-by: k }"), HasSubstr("needs components"));
  EXPECT_THAT(said("{ uris: x, suites: s, components: c, signed-by: k }"), HasSubstr("'x' is not a URI"));
  EXPECT_THAT(said("{ uri: 'http://x' }"), HasSubstr("unknown key 'uri' in a package source; did you mean 'uris'?"));
  EXPECT_THAT(said("{ uris: \"http://x\\x01\" }"), HasSubstr("characters that no package source has"));
  EXPECT_THAT(said("deb http://x s c"), HasSubstr("expected a map"));
}

TEST(ConfigurationFile, RefusesBrokenYamlAndKeysThatStandTwice) {
  EXPECT_THAT(parse_configuration("apt: [", "c.yml").error().message, HasSubstr("c.yml:"));
  EXPECT_THAT(parse_configuration("version: 1\nversion: 1\n", "c.yml").error().message,
              HasSubstr("c.yml:2:1: 'version' stands twice"));
  EXPECT_FALSE(parse_configuration("- a\n- b\n", "c.yml"));
  EXPECT_FALSE(parse_configuration("version: 2\n", "c.yml"));
  EXPECT_FALSE(parse_configuration("smoke: [{ run: x, matches: '(' }]\n", "c.yml"));
  EXPECT_FALSE(parse_configuration(std::string(100000, '['), "c.yml"));
}

TEST(Configuration, TakesTheStrongerValueKeyByKey) {
  Configuration options, file;
  options.budget = std::chrono::seconds(5);
  file.budget = std::chrono::seconds(73);
  file.recommends = false;
  const auto merged = merge(options, file);
  EXPECT_EQ(merged.budget, std::chrono::seconds(5));
  EXPECT_EQ(merged.recommends, false);
}

TEST(Configuration, UnderstandsTheReportWords) {
  Configuration configuration;
  EXPECT_TRUE(apply_report("auto", configuration));
  EXPECT_FALSE(configuration.summary);
  EXPECT_TRUE(apply_report("check", configuration));
  EXPECT_EQ(configuration.check, CheckRun::on);
  EXPECT_TRUE(apply_report("off", configuration));
  EXPECT_EQ(configuration.summary, false);
  EXPECT_FALSE(apply_report("loud", configuration));
}

TEST(ConfigurationSchema, DescribesEveryKeyOfTheTable) {
  const auto schema = configuration_schema();
  EXPECT_EQ(schema["additionalProperties"], base::Json(false));
  EXPECT_THAT(schema["properties"]["apt"]["properties"]["budget"]["description"].as_string(), Not(""));
  EXPECT_TRUE(schema["properties"]["history"]["properties"]["keep"]["properties"].contains("days"));
}

}  // namespace
}  // namespace ci::optimize
