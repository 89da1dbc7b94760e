#pragma once
// The workflows and actions of a repository, read and checked.
#include <filesystem>
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

// What the checks say of one file's text, shown as `path`: nothing when it is neither a workflow nor an action, and the
// finding `broken-yaml` when it cannot be read. Takes memory and time in proportion to the text, of which 1 MiB is the
// most (base/yaml.hpp).
std::vector<Finding> examined_text(const std::string& path, std::string text);

// Examines `path`: a file, or a folder with .github/workflows, .github/actions and action.yml; a folder without any of
// these is taken for one of workflows. Error: io when `path` is not there, data when there is nothing to look at.
base::Result<Examination> examine(const std::filesystem::path& path);

}  // namespace ci::doctor
