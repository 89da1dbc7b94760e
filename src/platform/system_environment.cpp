#include "platform/system_environment.hpp"

#include <unistd.h>

#include <cstdlib>

namespace ci::platform {

std::string SystemEnvironment::get(std::string_view name) const {
  const char* value = std::getenv(std::string(name).c_str());
  return value != nullptr ? value : "";
}

std::map<std::string, std::string> SystemEnvironment::all() const {
  std::map<std::string, std::string> variables;
  for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

bool SystemEnvironment::is_root() const {
  return ::geteuid() == 0;
}

}  // namespace ci::platform
