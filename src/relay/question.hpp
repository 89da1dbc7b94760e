#pragma once
// One question to the process that reads archives ahead.
#include "relay/text.hpp"

namespace ci::relay {

struct Answer {
  enum class Kind { nobody_listens, lost, text } kind;
  char text[64];  // ends with NUL
  int file;       // that came along; -1 = none
};

// Asks at the socket `path`, with a duplicate of the descriptor `file` unless it is -1, and waits for the answer.
Answer ask(const Text& path, const Text& question, int file);

}  // namespace ci::relay
