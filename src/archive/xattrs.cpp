#include "archive/xattrs.hpp"

#include <sys/xattr.h>

#include <algorithm>
#include <cerrno>

namespace ci::archive {
namespace {

// Calls `read(buffer, size)` with a buffer that is large enough; the attribute may grow between two calls.
template <class Read>
tl::expected<std::string, int> read_all(Read read) {
  for (int attempt = 0; attempt < 8; ++attempt) {
    const ssize_t size = read(nullptr, 0);
    if (size < 0) return tl::unexpected<int>(errno);
    std::string bytes(static_cast<std::size_t>(size), '\0');
    if (size == 0) return bytes;
    const ssize_t count = read(bytes.data(), bytes.size());
    if (count >= 0) {
      bytes.resize(static_cast<std::size_t>(count));
      return bytes;
    }
    if (errno != ERANGE) return tl::unexpected<int>(errno);
  }
  return tl::unexpected<int>(ERANGE);
}

bool same_name(const Xattr& left, const Xattr& right) {
  return left.name == right.name;
}

}  // namespace

tl::expected<std::vector<Xattr>, int> read_xattrs(int descriptor) {
  std::vector<Xattr> found;
  const auto names = read_all([&](char* buffer, std::size_t size) { return ::flistxattr(descriptor, buffer, size); });
  if (!names) {
    if (names.error() == ENOTSUP) return found;
    return tl::unexpected<int>(names.error());
  }
  for (std::size_t start = 0; start < names->size();) {
    const std::string name(names->c_str() + start);
    start += name.size() + 1;
    if (!is_kept_xattr(name)) continue;
    auto value =
        read_all([&](char* buffer, std::size_t size) { return ::fgetxattr(descriptor, name.c_str(), buffer, size); });
    if (!value) return tl::unexpected<int>(value.error());
    found.push_back({name, std::move(*value)});
  }
  std::sort(found.begin(), found.end(), [](const Xattr& left, const Xattr& right) { return left.name < right.name; });
  return found;
}

tl::expected<void, int> write_xattrs(int descriptor, const std::vector<Xattr>& wanted) {
  const auto present = read_xattrs(descriptor);
  if (!present) return tl::unexpected<int>(present.error());
  for (const Xattr& xattr : *present) {
    const bool stays = std::any_of(wanted.begin(), wanted.end(), [&](const Xattr& w) { return same_name(w, xattr); });
    if (!stays && ::fremovexattr(descriptor, xattr.name.c_str()) != 0) return tl::unexpected<int>(errno);
  }
  for (const Xattr& xattr : wanted) {
    if (std::find(present->begin(), present->end(), xattr) != present->end()) continue;
    if (::fsetxattr(descriptor, xattr.name.c_str(), xattr.value.data(), xattr.value.size(), 0) != 0) {
      return tl::unexpected<int>(errno);
    }
  }
  return {};
}

}  // namespace ci::archive
