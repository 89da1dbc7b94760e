#pragma once
// The workflows and actions of a repository, read and checked.
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "doctor/finding.hpp"

namespace ci::doctor {

struct Examination {
  std::vector<std::string> files;  // that were read, relative to the folder
  std::vector<Finding> findings;   // in the order of files and lines
  std::vector<std::string> left;   // files beyond the most that is looked at: 500
};

// What the checks say of one file's text, shown as `path`: the finding `broken-yaml` when it cannot be read, nothing
// when it is neither a workflow nor an action. Takes memory and time in proportion to the text, of which 1 MiB is the
// most (base/yaml.hpp).
std::optional<std::vector<Finding>> examined_text(const std::string& path, std::string text);

// Examines `path`: a file, or a folder with .github/workflows, .github/actions and action.yml; a folder without any of
// these is taken for one of workflows. Other YAML files are passed over.
// Error: io when `path` is not there, data when it is a file of another kind.
base::Result<Examination> examine(const std::filesystem::path& path);

}  // namespace ci::doctor
