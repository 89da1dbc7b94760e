#pragma once
// Questions from other processes of this machine and their answers: each a short text and, when there is one, an open
// file (unix(7), SOCK_SEQPACKET, SCM_RIGHTS).
#include <filesystem>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "platform/file_descriptor.hpp"

namespace ci::platform {

struct LocalMessage {
  std::string text;     // at most 4096 bytes, not empty
  FileDescriptor file;  // what came along, if anything
};

struct LocalQuestion {
  LocalMessage message;
  FileDescriptor connection;  // takes the answer

  // Answers with `text` and, unless it is -1, a duplicate of the descriptor `file`; the asker may be gone.
  void answer(const std::string& text, int file = -1) const;
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

// Asks the server at `path` with `text` and, unless it is -1, a duplicate of the descriptor `file`, and waits for the
// answer, at most for `limit`. Error: unavailable when nobody listens there, io when the server took the question and
// ended without an answer, or `limit` passed.
base::Result<LocalMessage> ask_local_server(const std::filesystem::path& path, const std::string& text, int file,
                                            base::Duration limit);

}  // namespace ci::platform
