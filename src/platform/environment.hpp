#pragma once
// The seam to the process environment.
#include <map>
#include <string>
#include <string_view>

namespace ci::platform {

class Environment {
 public:
  virtual ~Environment() = default;
  // The value of `name`; "" when it is not set. On GitHub an empty value and none mean the same.
  [[nodiscard]] virtual std::string get(std::string_view name) const = 0;
  // Every variable.
  [[nodiscard]] virtual std::map<std::string, std::string> all() const = 0;
  // The effective user id is 0.
  [[nodiscard]] virtual bool is_root() const = 0;
};

}  // namespace ci::platform
