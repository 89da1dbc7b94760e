#include "base/digest.hpp"

#include <openssl/evp.h>

#include <stdexcept>

namespace ci::base {
namespace {

// A digest that was not computed must never be taken for one.
void require(bool done) {
  if (!done) throw std::runtime_error("the cryptographic library cannot compute SHA-256");
}

}  // namespace

// The algorithm is fetched once an object, not once a message: a fetch takes locks and costs more than a small file.
struct Sha256::Context {
  EVP_MD* algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  EVP_MD_CTX* state = EVP_MD_CTX_new();

  Context() = default;
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() {
    EVP_MD_CTX_free(state);
    EVP_MD_free(algorithm);
  }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  require(context_->algorithm != nullptr && context_->state != nullptr);
  require(EVP_DigestInit_ex2(context_->state, context_->algorithm, nullptr) == 1);
}

Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;
Sha256::~Sha256() = default;

void Sha256::update(const void* bytes, std::size_t count) {
  require(EVP_DigestUpdate(context_->state, bytes, count) == 1);
}

Sha256Digest Sha256::finish() {
  Sha256Digest digest{};
  require(EVP_DigestFinal_ex(context_->state, digest.data(), nullptr) == 1);
  require(EVP_DigestInit_ex2(context_->state, nullptr, nullptr) == 1);  // the same algorithm again
  return digest;
}

Sha256Digest sha256(std::string_view bytes) {
  Sha256 running;
  running.update(bytes);
  return running.finish();
}

std::string hex(const Sha256Digest& digest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * digest.size());
  for (const unsigned char byte : digest) {
    text.push_back(kDigits[byte >> 4]);
    text.push_back(kDigits[byte & 0xF]);
  }
  return text;
}

}  // namespace ci::base
