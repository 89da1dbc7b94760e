#pragma once
// SHA-256 (FIPS 180-4) by OpenSSL, which uses the CPU's own instructions where it has them.
#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace ci::archive {

inline constexpr std::size_t kDigestSize = 32;
using Digest = std::array<unsigned char, kDigestSize>;

// A running digest; begins empty. One object can be used for many digests in turn, by one thread at a time.
class Sha256 {
 public:
  Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  ~Sha256();

  void update(std::string_view bytes);
  // Returns the digest of everything since the start or the last finish(), and begins anew.
  Digest finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

// Returns `digest` in lower-case hexadecimal, as sha256sum prints it.
std::string hexadecimal(const Digest& digest);

}  // namespace ci::archive
