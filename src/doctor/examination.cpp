#include "doctor/examination.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "doctor/checks.hpp"
#include "platform/filesystem.hpp"

namespace ci::doctor {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostFiles = 500;
constexpr std::size_t kMostBytes = std::size_t{1} << 20;
constexpr int kActionDepth = 4;  // folders below .github/actions

bool is_yaml(const fs::path& path) {
  return path.extension() == ".yml" || path.extension() == ".yaml";
}

bool is_action_file(const fs::path& path) {
  return path.filename() == "action.yml" || path.filename() == "action.yaml";
}

// The YAML files in `folder`, sorted by name: a listing's order is another one on each machine.
std::vector<fs::path> yaml_files(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code unknown;
    if (is_yaml(entry->path()) && entry->is_regular_file(unknown)) files.push_back(entry->path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<fs::path> action_files(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, error);
  for (const fs::recursive_directory_iterator end; !error && entry != end; entry.increment(error)) {
    if (entry.depth() >= kActionDepth) entry.disable_recursion_pending();
    std::error_code unknown;
    if (is_action_file(entry->path()) && entry->is_regular_file(unknown)) files.push_back(entry->path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<fs::path> files_of(const fs::path& folder) {
  auto files = yaml_files(folder / ".github" / "workflows");
  for (const auto& found : action_files(folder / ".github" / "actions")) files.push_back(found);
  for (const char* name : {"action.yml", "action.yaml"}) {
    std::error_code error;
    if (fs::is_regular_file(folder / name, error)) files.push_back(folder / name);
  }
  return files.empty() ? yaml_files(folder) : files;
}

Finding broken(const std::string& path, base::Position at, const std::string& why) {
  Finding finding;
  finding.check = "broken-yaml";
  finding.severity = Severity::error;
  finding.file = path;
  finding.at = at;
  finding.problem = "cannot be read: " + why;
  finding.advice = "GitHub refuses what is no YAML, or has a key twice; other limits here are 1 MiB and 64 levels";
  return finding;
}

// False when it is neither a workflow nor an action.
bool look_at(const fs::path& file, const std::string& shown, Examination& examination) {
  auto text = platform::read_file(file, kMostBytes);
  auto findings =
      text ? examined_text(shown, std::move(*text)) : std::vector{broken(shown, {1, 1}, text.error().message)};
  if (!findings) return false;
  examination.files.push_back(shown);
  for (auto& finding : *findings) examination.findings.push_back(std::move(finding));
  return true;
}

}  // namespace

std::optional<std::vector<Finding>> examined_text(const std::string& path, std::string text) {
  auto parsed = base::parse_yaml(text);
  if (!parsed) return std::vector{broken(path, parsed.error().at, parsed.error().message)};
  const auto kind = document_kind(*parsed);
  if (!kind) return std::nullopt;
  return findings_in(Document(Source(path, std::move(text)), std::move(*parsed), *kind));
}

base::Result<Examination> examine(const fs::path& path) {
  std::error_code error;
  const auto status = fs::status(path, error);
  if (!fs::exists(status)) return base::fail(base::ErrorKind::io, fmt::format("{}: not there", path.string()));
  Examination examination;
  if (!fs::is_directory(status)) {
    if (look_at(path, path.filename().string(), examination)) return examination;
    return base::fail(base::ErrorKind::data, fmt::format("{}: neither a workflow nor an action", path.string()),
                      "a workflow has `jobs`, an action has `runs`");
  }
  for (const auto& file : files_of(path)) {
    const auto shown = file.lexically_relative(path).string();
    if (examination.files.size() < kMostFiles) {
      look_at(file, shown, examination);
    } else {
      examination.left.push_back(shown);
    }
  }
  return examination;
}

}  // namespace ci::doctor
