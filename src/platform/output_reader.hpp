#pragma once
// What arrives through one pipe: lines as they come, and the last of it, in bounded memory.
#include <functional>
#include <string>
#include <string_view>

#include "platform/file_descriptor.hpp"

namespace ci::platform {

class OutputReader {
 public:
  static constexpr std::size_t kLongestLine = std::size_t{64} << 10;  // a longer one comes in pieces
  static constexpr std::size_t kTail = std::size_t{64} << 10;

  // Reads from `pipe`, which it makes non-blocking; `on_line` (may be empty) gets each line without its newline.
  OutputReader(FileDescriptor pipe, std::function<void(std::string_view)> on_line);

  // The pipe, for poll(2); -1 once its other end is closed.
  [[nodiscard]] int descriptor() const { return pipe_.get(); }
  [[nodiscard]] bool open() const { return static_cast<bool>(pipe_); }

  // Takes at most about a megabyte of what is there now; does not wait.
  void read_available();

  // Hands out a last line without newline, closes the pipe, and returns the last kTail bytes that came.
  std::string finish();

 private:
  void append(std::string_view data);
  void emit(std::string_view line);

  FileDescriptor pipe_;
  std::function<void(std::string_view)> on_line_;
  std::string line_;  // begun, newline not seen yet
  std::string tail_;
};

}  // namespace ci::platform
