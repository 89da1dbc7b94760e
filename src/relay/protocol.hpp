#pragma once
// What the relay (relay.cpp) asks the process that reads archives ahead, over a socket (unix(7), SOCK_SEQPACKET) in the
// relay's own folder, and what it is answered.
#include <cstdint>

namespace ci::relay {

// In the relay's folder: the socket, and the programs that the relay stands in for.
inline constexpr char kSocket[] = "socket";
inline constexpr char kRealPrograms[] = "real";

// A question is one of these and the archive's path. With kContents comes the file that gets data.tar, decompressed.
inline constexpr char kContents[] = "contents ";
inline constexpr char kControl[] = "control ";

// The answers. With kDone comes, for kControl, a file of all control files: a ControlFileHead, the name and the
// contents of each.
inline constexpr char kDone[] = "done";
inline constexpr char kNotDone[] = "not done";      // nothing was written: the real program has to do it
inline constexpr char kBrokenOff[] = "broken off";  // some was, then the archive turned out damaged

struct ControlFileHead {
  std::uint32_t mode;
  std::uint32_t name_size;  // with the NUL at its end
  std::uint64_t size;
};

// Seconds in which an answer must come.
inline constexpr long kLongestWait = 30L * 60;

}  // namespace ci::relay
