#pragma once
// The inputs of the GitHub action, as its hook hands them on: INPUT_* variables (upper case, dashes kept).
#include <string>

#include "base/result.hpp"
#include "optimize/configuration.hpp"
#include "platform/environment.hpp"

namespace ci::action {

struct Inputs {
  optimize::Configuration configuration;
  std::string config_file;
  std::string packages_file;
  std::string working_directory;
};

// An empty input counts as not given. Error: data, naming every input that makes no sense.
base::Result<Inputs> read_inputs(const platform::Environment& environment);

}  // namespace ci::action
