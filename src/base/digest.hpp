#pragma once
// SHA-256 (FIPS 180-4), from the cryptographic library: it uses the processor's own instructions.
#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace ci::base {

inline constexpr std::size_t kSha256Size = 32;  // bytes
using Sha256Digest = std::array<unsigned char, kSha256Size>;

// A running digest. One object serves any number of messages, one after the other; it belongs to one thread at a time.
// Making one costs more than hashing a small message. Throws when the library cannot compute SHA-256 (no memory, or a
// configuration without the algorithm): nothing could be verified then.
class Sha256 {
 public:
  Sha256();
  Sha256(Sha256&&) noexcept;  // what was moved from may only be destroyed or assigned to
  Sha256& operator=(Sha256&&) noexcept;
  ~Sha256();

  // Adds bytes to the current message.
  void update(const void* bytes, std::size_t count);
  void update(std::string_view bytes) { update(bytes.data(), bytes.size()); }
  // Returns the digest of the current message and begins the next, empty one.
  Sha256Digest finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

// Returns the digest of `bytes`.
Sha256Digest sha256(std::string_view bytes);

// Returns the digest in lower-case hexadecimal, as sha256sum prints it: 64 characters.
std::string hex(const Sha256Digest& digest);

}  // namespace ci::base
