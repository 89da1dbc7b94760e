#pragma once
// An environment made of a map.
#include <utility>

#include "platform/environment.hpp"

namespace ci::test {

class FakeEnvironment final : public platform::Environment {
 public:
  FakeEnvironment() = default;
  explicit FakeEnvironment(std::map<std::string, std::string> set) : variables(std::move(set)) {}

  [[nodiscard]] std::string get(std::string_view name) const override {
    const auto found = variables.find(std::string(name));
    return found != variables.end() ? found->second : "";
  }
  [[nodiscard]] std::map<std::string, std::string> all() const override { return variables; }
  [[nodiscard]] bool is_root() const override { return root; }

  std::map<std::string, std::string> variables;
  bool root = true;
};

}  // namespace ci::test
