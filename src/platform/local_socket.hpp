#pragma once
// Questions from other processes of this machine: a line of text and an open file go to a server, one byte comes back
// (unix(7), SOCK_SEQPACKET, SCM_RIGHTS).
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "platform/file_descriptor.hpp"

namespace ci::platform {

struct LocalQuestion {
  std::string text;
  FileDescriptor file;        // what the asking process passed along
  FileDescriptor connection;  // takes the answer

  // Answers; the asker may be gone.
  void answer(char byte) const;
};

class LocalServer {
 public:
  // Listens at `path`, which must not exist and be shorter than 108 bytes. Who may reach it is for the folder's mode to
  // say. Error: io.
  static base::Result<LocalServer> listen(const std::filesystem::path& path);

  // Waits for a question, at most for `limit`. Nothing when none came.
  [[nodiscard]] std::optional<LocalQuestion> next(base::Duration limit) const;

 private:
  explicit LocalServer(FileDescriptor socket) : socket_(std::move(socket)) {}
  FileDescriptor socket_;
};

// Asks the server at `path` and waits for its answer, at most for `limit`. Error: unavailable when nobody listens
// there, io when the server took the question and ended without an answer, or `limit` passed.
base::Result<char> ask_local_server(const std::filesystem::path& path, const std::string& text, int file,
                                    base::Duration limit);

}  // namespace ci::platform
