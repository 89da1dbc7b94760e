#include "base/digest.hpp"

#include <gtest/gtest.h>

namespace ci::base {
namespace {

TEST(Sha256, GivesThePublishedDigests) {
  EXPECT_EQ(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(hex(sha256(std::string(1'000'000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, IsTheSameInWhateverPiecesTheBytesCome) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) bytes.push_back(static_cast<char>(i));  // zero bytes among them, several blocks
  Sha256 running;
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    running.update(bytes.data(), cut);
    running.update(std::string_view(bytes).substr(cut));
    EXPECT_EQ(running.finish(), sha256(bytes)) << cut;
  }
  // python3 -c 'print(__import__("hashlib").sha256(bytes(i % 256 for i in range(300))).hexdigest())'
  EXPECT_EQ(hex(sha256(bytes)), "7728ae2f2c36e2aaafbe79ca14c87ae2f89e7c88c4390ecbbf82dce88706958d");
}

TEST(Sha256, MovesWithWhatItHasTaken) {
  Sha256 first;
  first.update("ab");
  Sha256 second = std::move(first);
  second.update("c");
  EXPECT_EQ(second.finish(), sha256("abc"));
}

TEST(Sha256, ServesOneMessageAfterTheOther) {
  Sha256 running;
  running.update("a");
  running.update("bc");
  EXPECT_EQ(running.finish(), sha256("abc"));
  running.update("abc");
  EXPECT_EQ(running.finish(), sha256("abc"));
  EXPECT_EQ(running.finish(), sha256(""));
}

}  // namespace
}  // namespace ci::base
