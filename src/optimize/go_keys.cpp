#include "optimize/go_keys.hpp"

#include "optimize/configuration_values.hpp"

namespace ci::optimize {
namespace {

using base::Json;
using base::YamlNode;

template <class Value, class Read>
auto into(std::optional<Value> GoConfiguration::*field, Read read) {
  return [field, read](const YamlNode& node, Configuration& configuration, Faults& faults) {
    configuration.go.*field = read(node, faults);
  };
}

template <class Enum>
auto word_into(std::optional<Enum> GoConfiguration::*field, std::initializer_list<std::pair<const char*, Enum>> words) {
  const std::vector<std::pair<const char*, Enum>> kept(words);
  return [field, kept](const YamlNode& node, Configuration& configuration, Faults& faults) {
    configuration.go.*field = read_word<Enum>(node, faults, kept);
  };
}

}  // namespace

std::vector<ConfigurationKey> go_keys() {
  const Json text = Json::object().set("type", "string");
  return {
      {"go.module", "The go.mod of the module, or its folder (the nearest at or above the working directory).", text,
       into(&GoConfiguration::module, read_text)},
      {"go.tags", "Build tags that the job's go commands are given, beside those in GOFLAGS.", text_list_schema(),
       into(&GoConfiguration::tags, read_texts)},
      {"go.modules",
       "The module cache: auto (left out where a download was measured to be quicker than a restore), always, off.",
       enum_schema({"auto", "always", "off"}),
       word_into<GoModules>(&GoConfiguration::modules,
                            {{"auto", GoModules::automatic}, {"always", GoModules::always}, {"off", GoModules::off}})},
      {"go.save",
       "Which jobs save the build cache: default-branch (others only restore), always, or never; outside of GitHub "
       "Actions default-branch means always.",
       enum_schema({"default-branch", "always", "never"}),
       word_into<GoSave>(
           &GoConfiguration::save,
           {{"default-branch", GoSave::default_branch}, {"always", GoSave::always}, {"never", GoSave::never}})},
      {"go.limit", "The most that the build cache may have when it is saved, before compression (4GiB).",
       bytes_schema(), into(&GoConfiguration::limit, read_bytes)},
      {"go.restore",
       "Whether the caches are restored too where the binary was restored: when-building (no), or always.",
       enum_schema({"when-building", "always"}),
       word_into<GoRestore>(&GoConfiguration::restore,
                            {{"when-building", GoRestore::when_building}, {"always", GoRestore::always}})},
      {"go.file-times",
       "Whether files of the modules get times that follow from their contents, so that cached test results stay "
       "valid after a checkout: auto (where CI is true), contents, keep.",
       enum_schema({"auto", "contents", "keep"}),
       word_into<GoFileTimes>(
           &GoConfiguration::file_times,
           {{"auto", GoFileTimes::automatic}, {"contents", GoFileTimes::contents}, {"keep", GoFileTimes::keep}})},
      {"go.binary.path", "The file that the build makes, relative to the module's folder.", text,
       into(&GoConfiguration::binary, read_text)},
      {"go.binary.build", "The command that builds it, run in the module's folder.", text,
       into(&GoConfiguration::build, read_text)},
      {"go.binary.smoke", "What must work before anything uses the binary (the binary with --version).", smoke_schema(),
       into(&GoConfiguration::smoke,
            [](const YamlNode& node, Faults& faults) { return std::optional(read_smoke_tests(node, faults)); })},
      {"go.binary.deadline", "The most that the build may take (30m).", duration_schema(),
       into(&GoConfiguration::build_deadline, read_duration)},
      {"go.binary.wait", "How long a job waits for another of the same run that is building the binary (5m).",
       duration_schema(), into(&GoConfiguration::wait, read_duration)},
  };
}

}  // namespace ci::optimize
