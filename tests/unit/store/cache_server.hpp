#pragma once
// The server of tests/cache-service, in a process of its own that ends with this object.
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>

#include "base/json.hpp"
#include "platform/file_descriptor.hpp"
#include "platform/http.hpp"

namespace ci::test {

class CacheServer {
 public:
  // Whether this machine can run it.
  static bool possible() {
    static const bool found = std::system("node --version >/dev/null 2>&1") == 0;
    return found;
  }

  CacheServer() {
    std::array<int, 2> input{};
    std::array<int, 2> output{};
    if (::pipe2(input.data(), O_CLOEXEC) != 0 || ::pipe2(output.data(), O_CLOEXEC) != 0) std::abort();
    const std::string script = CI_OPTIMIZER_SOURCE_DIR "/tests/cache-service/main.mjs";
    child_ = ::fork();
    if (child_ == 0) {
      ::dup2(input[0], STDIN_FILENO);
      ::dup2(output[1], STDOUT_FILENO);
      ::execlp("node", "node", script.c_str(), nullptr);
      ::_exit(127);
    }
    input_.reset(input[1]);
    ::close(input[0]);
    ::close(output[1]);
    const platform::FileDescriptor from(output[0]);
    std::string line;
    char byte = 0;
    while (::read(from.get(), &byte, 1) == 1 && byte != '\n') line += byte;
    const auto told = base::parse_json(line);
    if (!told) return;
    url = (*told)["url"].as_string();
    token = (*told)["token"].as_string();
    rest_token = (*told)["restToken"].as_string();
  }
  CacheServer(const CacheServer&) = delete;
  CacheServer& operator=(const CacheServer&) = delete;
  ~CacheServer() {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }

  // Tells the server what to do (service.mjs, #control). Returns the names of the calls so far, each with a space after
  // it.
  std::string control(platform::Http& http, const std::string& wish) const {
    platform::HttpRequest request;
    request.method = "POST";
    request.url = url + "control";
    request.body = wish;
    const auto answer = http.send(request);
    if (!answer) return answer.error().message;
    std::string calls;
    const auto body = base::parse_json(answer->body);
    if (!body) return "no JSON";
    for (const auto& entry : (*body)["log"].items()) calls += entry["call"].as_string() + ' ';
    return calls;
  }

  std::string url;  // with a slash at its end; "" when the server did not start
  std::string token;
  std::string rest_token;

 private:
  pid_t child_ = -1;
  platform::FileDescriptor input_;
};

}  // namespace ci::test
