#include "archive/system_error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

#include "base/text.hpp"

namespace ci::archive {

tl::unexpected<base::Error> system_failure(std::string_view what, int error) {
  const auto kind = error == EACCES || error == EPERM ? base::ErrorKind::permission : base::ErrorKind::io;
  return base::fail(kind, fmt::format("{}: {}", what, std::generic_category().message(error)));
}

tl::unexpected<base::Error> system_failure(std::string_view what, std::string_view path, int error) {
  return system_failure(fmt::format("{} {}", what, base::valid_utf8(path)), error);
}

}  // namespace ci::archive
