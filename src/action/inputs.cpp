#include "action/inputs.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace ci::action {

base::Result<Inputs> read_inputs(const platform::Environment& environment) {
  Inputs inputs;
  auto& configuration = inputs.configuration;
  std::vector<std::string> faults;
  const auto input = [&](std::string_view name) { return environment.get(fmt::format("INPUT_{}", name)); };
  const auto given = [&](std::string_view name) -> std::optional<std::string> {
    auto value = std::string(base::trim(input(name)));
    if (value.empty()) return std::nullopt;
    return value;
  };
  const auto duration = [&](std::string_view name, std::optional<base::Duration>& field) {
    const auto text = given(name);
    if (!text) return;
    field = base::parse_duration(*text);
    if (!field)
      faults.push_back(fmt::format("input {}: '{}' is not a duration such as 73s or 5m", base::lower(name), *text));
  };

  if (const auto packages = given("PACKAGES")) configuration.packages = base::words(*packages);
  inputs.packages_file = given("PACKAGES-FILE").value_or("");
  inputs.config_file = given("CONFIG").value_or("");
  inputs.working_directory = given("WORKING-DIRECTORY").value_or("");
  configuration.go.module = given("GO-MODULE");
  configuration.go.binary = given("BINARY");
  configuration.go.build = given("BUILD");
  if (const auto lines = given("SMOKE")) {
    // A command a line, so that several can be given.
    configuration.smoke.emplace();
    for (const auto& line : base::split(*lines, '\n')) {
      smoke::SmokeTest test;
      test.run = std::string(base::trim(line));
      if (!test.run.empty()) configuration.smoke->push_back(std::move(test));
    }
  }
  duration("BUDGET", configuration.budget);
  duration("DEADLINE", configuration.deadline);
  if (const auto gate = given("GATE")) {
    configuration.budget_gate = optimize::parse_gate(*gate);
    if (!configuration.budget_gate)
      faults.push_back(fmt::format("input gate: '{}' is not one of off, warn, fail", *gate));
  }
  if (const auto report = given("REPORT"); report && !optimize::apply_report(*report, configuration)) {
    faults.push_back(fmt::format("input report: '{}' is not one of auto, summary, check, off", *report));
  }
  configuration.check_name = given("CHECK-NAME");
  if (const auto mode = given("CACHE")) {
    configuration.cache = optimize::parse_cache_mode(*mode);
    if (!configuration.cache) faults.push_back(fmt::format("input cache: '{}' is not one of auto, read, off", *mode));
  }
  configuration.cache_store = given("CACHE-STORE");
  configuration.cache_version = given("CACHE-VERSION");
  configuration.history = given("HISTORY");
  if (!faults.empty()) return base::fail(base::ErrorKind::data, base::join(faults, "\n"));
  return inputs;
}

}  // namespace ci::action
