#include "archive/sha256.hpp"

#include <openssl/evp.h>

#include <cstdlib>

namespace ci::archive {

struct Sha256::Context {
  EVP_MD_CTX* digest = EVP_MD_CTX_new();
  Context() = default;
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() { EVP_MD_CTX_free(digest); }
};

// OpenSSL fails here only without memory or without its default provider: nothing could be verified then.
Sha256::Sha256() : context_(std::make_unique<Context>()) {
  if (EVP_DigestInit_ex(context_->digest, EVP_sha256(), nullptr) != 1) std::abort();
}
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;
Sha256::~Sha256() = default;

void Sha256::update(std::string_view bytes) {
  if (EVP_DigestUpdate(context_->digest, bytes.data(), bytes.size()) != 1) std::abort();
}

Digest Sha256::finish() {
  Digest digest{};
  if (EVP_DigestFinal_ex(context_->digest, digest.data(), nullptr) != 1) std::abort();
  // Without a type the algorithm that was looked up before is used again.
  if (EVP_DigestInit_ex(context_->digest, nullptr, nullptr) != 1) std::abort();
  return digest;
}

std::string hexadecimal(const Digest& digest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : digest) {
    text.push_back(kDigits[byte >> 4]);
    text.push_back(kDigits[byte & 0x0F]);
  }
  return text;
}

}  // namespace ci::archive
