// Held against the machine's own update-ca-certificates.
#include "apt/ca_certificates.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <map>

#include "base/text.hpp"
#include "fakes/fake_cancellation.hpp"
#include "platform/filesystem.hpp"
#include "platform/process_runner.hpp"
#include "platform/system_clock.hpp"

namespace ci::apt {
namespace {

namespace fs = std::filesystem;

constexpr char kScript[] = "/usr/sbin/update-ca-certificates";

class CaCertificates : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(kScript)) GTEST_SKIP() << "ca-certificates is not installed";
    if (std::system("openssl version >/dev/null 2>&1") != 0) GTEST_SKIP() << "openssl is not installed";
    fs::create_directories(at("certificates/a"));
    for (const char* name : {"One", "Two", "Three"}) {
      const auto file = at("certificates/a/" + std::string(name) + ".crt");
      ASSERT_EQ(std::system(("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout " +
                             at("key").string() + " -subj /CN=" + name + " -out " + file.string() + " 2>/dev/null")
                                .c_str()),
                0);
    }
    configure("# a comment\n\na/One.crt\na/Two.crt\na/Three.crt\n");
    for (const char* side : {"script", "ours"}) fs::create_directories(at(side));
  }

  fs::path at(const std::string& name) const { return folder_.path() / name; }
  void configure(const std::string& lines) { ASSERT_TRUE(platform::write_file(at("configuration"), lines)); }
  CaCertificateFiles files() const {
    return {at("configuration"), at("certificates"), at("local"), at("ours"), at("hooks")};
  }

  // Runs the script; returns its output and exit code.
  std::string run_script() {
    const auto out = at("out");
    const std::string line = std::string(kScript) + " --certsconf " + at("configuration").string() + " --certsdir " +
                             at("certificates").string() + " --localcertsdir " + at("local").string() +
                             " --etccertsdir " + at("script").string() + " --hooksdir " + at("hooks").string() + " >" +
                             out.string() + " 2>" + at("err").string();
    const int status = std::system(line.c_str());
    return told(platform::read_file(out).value(), platform::read_file(at("err")).value(), WEXITSTATUS(status));
  }

  std::string run_ours() {
    const auto update = CaCertificateUpdate::plan(files());
    if (!update) return "not planned";
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int code = update->carry_out(processes_);
    const auto out = testing::internal::GetCapturedStdout();
    return told(out, testing::internal::GetCapturedStderr(), code);
  }

  static std::string told(const std::string& out, const std::string& err, int code) {
    auto text = base::replace_all(out, "/script", "/ours") + err + std::to_string(code);
    return text;
  }

  // Every entry: its mode, and what it holds or leads to.
  std::map<std::string, std::string> tree(const std::string& side) const {
    std::map<std::string, std::string> entries;
    for (const auto& entry : fs::recursive_directory_iterator(at(side))) {
      struct stat found {};
      EXPECT_EQ(::lstat(entry.path().c_str(), &found), 0);
      entries[entry.path().lexically_relative(at(side))] =
          std::to_string(found.st_mode) + " " +
          (entry.is_symlink()     ? fs::read_symlink(entry).string()
           : entry.is_directory() ? ""
                                  : platform::read_file(entry.path()).value());
    }
    return entries;
  }

  void expect_the_same(const std::string& step) {
    SCOPED_TRACE(step);
    EXPECT_EQ(run_ours(), run_script());
    EXPECT_EQ(tree("ours"), tree("script"));
  }

  platform::TemporaryFolder folder_ = platform::TemporaryFolder::make(testing::TempDir(), "certificates-").value();
  test::FakeCancellation cancellation_;
  platform::SystemClock clock_{cancellation_};
  platform::SystemProcessRunner processes_{clock_, cancellation_};
};

TEST_F(CaCertificates, AreUpdatedAsTheScriptDoesIt) {
  expect_the_same("new");
  EXPECT_EQ(tree("ours").size(), 7U);  // a link and a hash for each, and the bundle
  expect_the_same("nothing to do");
  configure("a/One.crt\n!a/Two.crt\na/Three.crt\n");
  expect_the_same("one is switched off");
  EXPECT_EQ(tree("ours").count("Two.pem"), 0U);
  configure("a/One.crt\na/Two.crt\na/Three.crt\n");
  for (const char* side : {"script", "ours"}) {
    fs::remove(at(side) / "One.pem");
    fs::create_symlink("/etc/hostname", at(side) / "One.pem");
    fs::create_symlink("/not/there", at(side) / "orphan.pem");
    fs::create_directory(at(side) / "deeper");
    fs::create_symlink("/not/there", at(side) / "deeper/orphan");
  }
  expect_the_same("it is switched on, another's link leads elsewhere, and one leads to nothing");
  EXPECT_EQ(tree("ours").count("orphan.pem") + tree("ours").count("deeper/orphan"), 0U);
  fs::remove(at("certificates/a/Three.crt"));
  expect_the_same("a listed one is no longer there");
  const auto text = platform::read_file(at("certificates/a/One.crt")).value();
  ASSERT_TRUE(platform::write_file(at("certificates/a/One.crt"), base::trim(text)));
  expect_the_same("one does not end in a newline");
  fs::create_directory(at("hooks"));
  expect_the_same("the folder of hooks is empty");
}

TEST_F(CaCertificates, AreLeftToTheScriptWhereMoreIsToBeDone) {
  ASSERT_TRUE(CaCertificateUpdate::plan(files()));
  const auto is_left = [&](const std::string& what) { EXPECT_FALSE(CaCertificateUpdate::plan(files())) << what; };
  for (const std::string file : {"local/mine.crt", "hooks/hook", "ours/ca-certificates.crt.new"}) {
    ASSERT_TRUE(platform::write_file(at(file), "text"));
    is_left(file);
    fs::remove(at(file));
  }
  for (const char* folder : {"ours/ca-certificates.crt", "ours/One.pem"}) {
    fs::create_directory(at(folder));
    is_left(folder);
    fs::remove(at(folder));
  }
  for (const char* lines : {"", "a/One.crt", "a/O ne.crt\n", "a/One(1).crt\n", "a/O,ne.crt\n", "a/One\\.crt\n",
                            " a/One.crt\n", "a/One.pem\n", "a/.crt\n", "!\n"}) {
    configure(lines);
    is_left(lines);
  }
  fs::remove(at("configuration"));
  is_left("no configuration");
}

TEST_F(CaCertificates, AnUpdateFailsAsTheScriptWhereOpensslDoes) {
  ASSERT_TRUE(platform::write_file(at("bin/openssl"), "#!/bin/sh\nexit 7\n"));
  fs::permissions(at("bin/openssl"), fs::perms(0755));
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", (at("bin").string() + ":" + path).c_str(), 1);
  expect_the_same("openssl fails");
  ::setenv("PATH", path.c_str(), 1);
  EXPECT_EQ(tree("ours").count("ca-certificates.crt"), 0U);
}

TEST_F(CaCertificates, OnlyAScriptWhoseTextIsKnownIsStoodInFor) {
  const auto script = platform::read_file(kScript).value();
  EXPECT_FALSE(is_known_update_of_certificates(script + "\n"));
  EXPECT_FALSE(is_known_update_of_certificates(""));
  if (!is_known_update_of_certificates(script)) GTEST_SKIP() << "not known yet: this machine's script";
}

}  // namespace
}  // namespace ci::apt
