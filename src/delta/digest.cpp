#include "delta/digest.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <system_error>
#include <vector>

#include "delta/sweep.hpp"
#include "platform/file_descriptor.hpp"

namespace ci::delta {
namespace {

class Sha256 {
 public:
  Sha256() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    // Fails only without memory or without SHA-256: nothing can go on then.
    if (!context_ || EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1) std::abort();
  }
  void add(const char* data, std::size_t size) { EVP_DigestUpdate(context_.get(), data, size); }
  std::string hex() {
    std::array<unsigned char, 32> bytes{};
    EVP_DigestFinal_ex(context_.get(), bytes.data(), nullptr);
    std::string text;
    for (const unsigned char byte : bytes) text += fmt::format("{:02x}", byte);
    return text;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

tl::unexpected<base::Error> failure(const std::string& path, int error) {
  return base::fail(error == EACCES ? base::ErrorKind::permission : base::ErrorKind::io,
                    fmt::format("cannot read {}: {}", path, std::generic_category().message(error)));
}

base::Result<std::string> file_digest(const std::string& path) {
  const platform::FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file) return failure(path, errno);
  Sha256 digest;
  std::vector<char> buffer(std::size_t{256} << 10);
  for (;;) {
    const auto got = ::read(file.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure(path, errno);
    if (got == 0) return "sha256:" + digest.hex();
    digest.add(buffer.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace

std::string sha256(std::string_view text) {
  Sha256 digest;
  digest.add(text.data(), text.size());
  return digest.hex();
}

base::Result<std::string> contents_digest(const std::filesystem::path& root, std::string_view path) {
  const auto found = look_at(root, path);
  if (!found) return base::fail(found.error());
  if (!*found) return std::string("absent");
  const std::string whole = root.string() + std::string(path);
  switch ((*found)->first) {
    case Type::file:
      return file_digest(whole);
    case Type::symlink: {
      std::string target((*found)->second.size + 1, '\0');
      const auto length = ::readlink(whole.c_str(), target.data(), target.size());
      if (length < 0) return failure(whole, errno);
      return "link:" + target.substr(0, static_cast<std::size_t>(length));
    }
    default:
      return std::string("other");
  }
}

}  // namespace ci::delta
