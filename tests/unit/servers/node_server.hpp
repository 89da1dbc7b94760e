#pragma once
// A server in Node, in a process of its own that ends with this object.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "platform/file_descriptor.hpp"

namespace ci::test {

class NodeServer {
 public:
  // Whether this machine has Node.
  static bool possible() {
    static const bool found = std::system("node --version >/dev/null 2>&1") == 0;
    return found;
  }

  // Starts `node ARGUMENTS...`, which prints a line of JSON when it is ready and ends at the end of its input.
  explicit NodeServer(std::vector<std::string> arguments) {
    std::array<int, 2> input{};
    std::array<int, 2> output{};
    if (::pipe2(input.data(), O_CLOEXEC) != 0 || ::pipe2(output.data(), O_CLOEXEC) != 0) std::abort();
    arguments.insert(arguments.begin(), "node");
    std::vector<char*> argv;
    for (auto& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    child_ = ::fork();
    if (child_ == 0) {
      ::dup2(input[0], STDIN_FILENO);
      ::dup2(output[1], STDOUT_FILENO);
      ::execvp("node", argv.data());
      ::_exit(127);
    }
    input_.reset(input[1]);
    ::close(input[0]);
    ::close(output[1]);
    const platform::FileDescriptor from(output[0]);
    std::string line;
    char byte = 0;
    while (::read(from.get(), &byte, 1) == 1 && byte != '\n') line += byte;
    if (const auto read = base::parse_json(line)) told = *read;
  }
  NodeServer(const NodeServer&) = delete;
  NodeServer& operator=(const NodeServer&) = delete;
  ~NodeServer() {
    input_.reset();
    ::waitpid(child_, nullptr, 0);
  }

  base::Json told;  // what it printed; null when it did not start

 private:
  pid_t child_ = -1;
  platform::FileDescriptor input_;
};

}  // namespace ci::test
