// TLS against the server of the openssl command line tool.
#include <gmock/gmock.h>

#include <atomic>
#include <future>
#include <thread>

#include "fakes/fake_cancellation.hpp"
#include "fakes/fake_environment.hpp"
#include "platform/child_process.hpp"
#include "platform/curl_http.hpp"
#include "platform/filesystem.hpp"
#include "platform/process_runner.hpp"
#include "platform/system_clock.hpp"

namespace ci::platform {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

TEST(Tls, AnswersOnlyFromServersThatTheCertificatesVouchFor) {
  if (!find_program("openssl", "/usr/bin:/bin")) GTEST_SKIP() << "the openssl command line tool is not installed";
  const auto folder = TemporaryFolder::make(testing::TempDir(), "tls-");
  ASSERT_TRUE(folder.has_value());
  const std::string key = folder->path() / "key.pem", certificate = folder->path() / "cert.pem";
  test::FakeCancellation end_of_server, end_of_test;
  SystemClock clock(end_of_test);
  SystemProcessRunner processes(clock, end_of_server);

  const auto make_certificate = [&](const std::string& its_key, const std::string& file) {
    Command make;
    make.argv = {"openssl",  "req",           "-x509",   "-newkey",
                 "rsa:2048", "-nodes",        "-days",   "2",
                 "-subj",    "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
                 "-keyout",  its_key,         "-out",    file};
    make.timeout = 20s;
    const auto made = processes.run(make);
    return made.has_value() && made->succeeded();
  };
  const std::string stranger = folder->path() / "stranger.pem";
  ASSERT_TRUE(make_certificate(key, certificate));
  ASSERT_TRUE(make_certificate(folder->path() / "other-key.pem", stranger));

  std::promise<std::string> port_found;
  Command serve;
  serve.argv = {"openssl", "s_server", "-accept", "127.0.0.1:0", "-www", "-key", key, "-cert", certificate};
  serve.timeout = 20s;
  serve.on_line = [&, found = false](Stream, std::string_view line) mutable {
    if (found || line.find("ACCEPT ") != 0) return;
    found = true;
    port_found.set_value(std::string(line.substr(line.rfind(':') + 1)));
  };
  std::thread server([&] { (void)processes.run(serve); });
  auto port = port_found.get_future();
  const bool listening = port.wait_for(10s) == std::future_status::ready;
  EXPECT_TRUE(listening);

  if (listening) {
    test::FakeEnvironment environment;
    CurlHttp http(environment, clock, end_of_test, "ci-optimizer/test");
    HttpRequest request;
    request.url = "https://localhost:" + port.get() + "/";
    request.tries = 2;
    environment.variables["SSL_CERT_FILE"] = certificate;
    const auto trusted = http.send(request);
    EXPECT_TRUE(trusted.has_value()) << trusted.error().message;
    EXPECT_EQ(trusted.value_or(HttpResponse{}).status, 200);

    environment.variables["SSL_CERT_FILE"] = stranger;
    const auto distrusted = http.send(request);
    const std::string why = distrusted ? "no error" : distrusted.error().message;
    EXPECT_THAT(why, testing::AllOf(HasSubstr("GET https://localhost:"), HasSubstr("certificate"),
                                    testing::Not(HasSubstr("tries"))));
  }
  end_of_server.raise();
  server.join();
}

}  // namespace
}  // namespace ci::platform
