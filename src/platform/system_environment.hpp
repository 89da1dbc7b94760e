#pragma once
// The environment that this process was started with.
#include "platform/environment.hpp"

namespace ci::platform {

class SystemEnvironment final : public Environment {
 public:
  [[nodiscard]] std::string get(std::string_view name) const override;
  [[nodiscard]] std::map<std::string, std::string> all() const override;
  [[nodiscard]] bool is_root() const override;
};

}  // namespace ci::platform
