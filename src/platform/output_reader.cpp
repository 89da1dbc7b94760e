#include "platform/output_reader.hpp"

#include <fcntl.h>

#include <array>
#include <cerrno>

namespace ci::platform {

OutputReader::OutputReader(FileDescriptor pipe, std::function<void(std::string_view)> on_line)
    : pipe_(std::move(pipe)), on_line_(std::move(on_line)) {
  if (pipe_) ::fcntl(pipe_.get(), F_SETFL, O_NONBLOCK);
}

void OutputReader::read_available() {
  constexpr int kReads = 16;  // then others get their turn, and deadlines are looked at
  std::array<char, 65536> buffer;
  for (int i = 0; i < kReads && pipe_; ++i) {
    const auto got = ::read(pipe_.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) return pipe_.reset();
    append({buffer.data(), static_cast<std::size_t>(got)});
  }
}

std::string OutputReader::finish() {
  pipe_.reset();
  if (!line_.empty()) emit(std::exchange(line_, {}));
  if (tail_.size() > kTail) tail_.erase(0, tail_.size() - kTail);
  return std::move(tail_);
}

void OutputReader::append(std::string_view data) {
  tail_ += data;
  if (tail_.size() > 4 * kTail) tail_.erase(0, tail_.size() - kTail);

  while (!data.empty()) {
    const auto newline = data.find('\n');
    const auto piece = data.substr(0, std::min(newline, kLongestLine - line_.size()));
    line_ += piece;
    data.remove_prefix(piece.size());
    const bool complete = !data.empty() && data.front() == '\n';
    if (complete) data.remove_prefix(1);
    if (complete || line_.size() == kLongestLine) {
      emit(line_);
      line_.clear();
    }
  }
}

void OutputReader::emit(std::string_view line) {
  if (on_line_) on_line_(line);
}

}  // namespace ci::platform
