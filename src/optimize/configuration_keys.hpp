#pragma once
// The table of configuration keys: what each one means, which values it takes, where they go. The reader, the schema
// and "did you mean" all come from it.
#include <functional>
#include <string>
#include <vector>

#include "base/yaml.hpp"
#include "optimize/configuration.hpp"

namespace ci::optimize {

// Collects what is wrong with one file, so that all of it is told in one run.
class Faults {
 public:
  explicit Faults(std::string file) : file_(std::move(file)) {}
  void add(base::Position at, const std::string& message);
  [[nodiscard]] bool empty() const { return lines_.empty(); }
  // A line "file:line:column: message" for each.
  [[nodiscard]] std::string text() const;

 private:
  std::string file_;
  std::vector<std::string> lines_;
};

struct ConfigurationKey {
  std::string path;  // "apt.budget"
  std::string description;
  base::Json schema;
  std::function<void(const base::YamlNode&, Configuration&, Faults&)> read;
};

const std::vector<ConfigurationKey>& configuration_keys();

}  // namespace ci::optimize
