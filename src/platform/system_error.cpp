#include "platform/system_error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

#include "base/text.hpp"

namespace ci::platform {

base::Error system_error(std::string_view what, int number) {
  const bool refused = number == EACCES || number == EPERM || number == EROFS;
  return {refused ? base::ErrorKind::permission : base::ErrorKind::io,
          fmt::format("{}: {}", what, std::generic_category().message(number)),
          {}};
}

base::Error system_error(std::string_view what, const std::filesystem::path& path, int number) {
  return system_error(fmt::format("{} {}", what, base::valid_utf8(path.native())), number);
}

}  // namespace ci::platform
