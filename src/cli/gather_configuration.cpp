#include <filesystem>

#include "action/inputs.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "platform/filesystem.hpp"

namespace ci::cli {
namespace {

// The packages of a file: words, with # beginning a comment.
base::Result<std::vector<std::string>> read_packages_file(const std::string& file) {
  const auto text = platform::read_file(file, std::size_t{1} << 20);
  if (!text) return base::fail(base::ErrorKind::data, text.error().message, "check the path of the packages file");
  std::vector<std::string> packages;
  for (const auto& line : base::split(*text, '\n')) {
    for (auto& word : base::words(std::string_view(line).substr(0, line.find('#'))))
      packages.push_back(std::move(word));
  }
  return packages;
}

}  // namespace

base::Result<optimize::Configuration> gather_configuration(const CommandLine& line,
                                                           const platform::Platform& platform) {
  auto configuration = line.configuration;
  std::string config_file = line.config_file;
  std::string packages_file = line.packages_file;
  std::string folder = line.working_directory;
  if (line.action) {
    auto inputs = action::read_inputs(platform.environment);
    if (!inputs) return base::fail(inputs.error());
    configuration = optimize::merge(std::move(configuration), inputs->configuration);
    if (config_file.empty()) config_file = inputs->config_file;
    if (packages_file.empty()) packages_file = inputs->packages_file;
    if (folder.empty()) folder = inputs->working_directory;
  }
  if (!folder.empty()) {
    std::error_code error;
    std::filesystem::current_path(folder, error);
    if (error) {
      return base::fail(base::ErrorKind::data, "cannot work in " + folder + ": " + error.message(),
                        "check the working directory");
    }
  }
  if (!packages_file.empty()) {
    auto packages = read_packages_file(packages_file);
    if (!packages) return base::fail(packages.error());
    auto& all = configuration.packages ? *configuration.packages : configuration.packages.emplace();
    all.insert(all.end(), packages->begin(), packages->end());
  }
  const auto file = optimize::load_configuration(config_file, ".");
  if (!file) return base::fail(file.error());
  return optimize::merge(std::move(configuration), *file);
}

}  // namespace ci::cli
