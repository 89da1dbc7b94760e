#include "delta/digest.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "base/digest.hpp"
#include "delta/sweep.hpp"
#include "platform/file_descriptor.hpp"
#include "platform/system_error.hpp"

namespace ci::delta {
namespace {

using base::fail;
using platform::system_error;

base::Result<std::string> file_digest(const std::string& path) {
  const platform::FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file) return fail(system_error("cannot read", path, errno));
  base::Sha256 digest;
  std::vector<char> buffer(std::size_t{256} << 10);
  for (;;) {
    const auto got = ::read(file.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(system_error("cannot read", path, errno));
    if (got == 0) return "sha256:" + base::hex(digest.finish());
    digest.update(buffer.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace

base::Result<std::string> contents_digest(const std::filesystem::path& root, std::string_view path) {
  const auto found = look_at(root, path);
  if (!found) return fail(found.error());
  if (!*found) return std::string("absent");
  const std::string whole = root.string() + std::string(path);
  switch ((*found)->first) {
    case Type::file:
      return file_digest(whole);
    case Type::symlink: {
      std::string target((*found)->second.size + 1, '\0');
      const auto length = ::readlink(whole.c_str(), target.data(), target.size());
      if (length < 0) return fail(system_error("cannot read", whole, errno));
      return "link:" + target.substr(0, static_cast<std::size_t>(length));
    }
    default:
      return std::string("other");
  }
}

}  // namespace ci::delta
