#pragma once
// The service of tests/s3, in a process of its own that ends with this object.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>

#include "base/json.hpp"
#include "platform/file_descriptor.hpp"

namespace ci::test {

class S3Server {
 public:
  // Whether this machine can run it: Node, and what "npm ci" in tests/s3 installs.
  static bool possible() {
    static const bool found = std::filesystem::exists(CI_OPTIMIZER_SOURCE_DIR "/tests/s3/node_modules/s3rver") &&
                              std::system("node --version >/dev/null 2>&1") == 0;
    return found;
  }

  S3Server() {
    std::array<int, 2> input{};
    std::array<int, 2> output{};
    if (::pipe2(input.data(), O_CLOEXEC) != 0 || ::pipe2(output.data(), O_CLOEXEC) != 0) std::abort();
    child_ = ::fork();
    if (child_ == 0) {
      ::dup2(input[0], STDIN_FILENO);
      ::dup2(output[1], STDOUT_FILENO);
      ::execlp("node", "node", "--openssl-legacy-provider", CI_OPTIMIZER_SOURCE_DIR "/tests/s3/main.mjs", nullptr);
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
    bucket = (*told)["bucket"].as_string();
    for (const char* name :
         {"AWS_ENDPOINT_URL_S3", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}) {
      environment[name] = (*told)["environment"][name].as_string();
    }
  }
  S3Server(const S3Server&) = delete;
  S3Server& operator=(const S3Server&) = delete;
  ~S3Server() {
    input_.reset();  // the server removes its folder and ends
    ::waitpid(child_, nullptr, 0);
  }

  std::string url;  // "" when the server did not start
  std::string bucket;
  std::map<std::string, std::string> environment;  // what leads a client here

 private:
  pid_t child_ = -1;
  platform::FileDescriptor input_;
};

}  // namespace ci::test
