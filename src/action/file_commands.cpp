#include "action/file_commands.hpp"

#include <fmt/format.h>

#include "base/ids.hpp"
#include "platform/filesystem.hpp"
#include "report/summary.hpp"

namespace ci::action {
namespace {

// With less than this not even the verdict fits.
constexpr std::size_t kLeastSummary = 1000;

// What other steps' programs wrote may end in the middle of a line.
std::string line_end_for(std::string_view existing) {
  return existing.empty() || existing.ends_with('\n') ? "" : "\n";
}

base::Result<std::string> existing_text(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return std::string();
  return platform::read_file(file);
}

}  // namespace

std::string file_entry(std::string_view name, std::string_view value) {
  std::string delimiter;
  do {
    delimiter = "ci_optimizer_" + base::random_hex(16);
  } while (value.find(delimiter) != std::string_view::npos);
  return fmt::format("{}<<{}\n{}\n{}\n", name, delimiter, value, delimiter);
}

base::Result<void> append_outputs(const std::filesystem::path& file,
                                  const std::map<std::string, std::string>& outputs) {
  const auto existing = existing_text(file);
  if (!existing) return base::fail(existing.error().within("cannot set the step's outputs"));
  std::string entries = line_end_for(*existing);
  for (const auto& [name, value] : outputs) entries += file_entry(name, value);
  return platform::append_file(file, entries).map_error([](const base::Error& error) {
    return error.within("cannot set the step's outputs");
  });
}

base::Result<void> append_summary(const std::filesystem::path& file, const history::Record& record,
                                  const insight::Insight* insight) {
  const auto failed = [](const base::Error& error) { return error.within("cannot write the job summary"); };
  const auto existing = existing_text(file);
  if (!existing) return base::fail(failed(existing.error()));
  const std::string line_end = line_end_for(*existing);
  const std::size_t used = existing->size() + line_end.size();
  if (used + kLeastSummary > report::kSummaryBudget) {
    return base::fail(base::ErrorKind::io,
                      fmt::format("cannot write the job summary: {} bytes are there already", used));
  }
  return platform::append_file(file, line_end + report::summary(record, insight, report::kSummaryBudget - used))
      .map_error(failed);
}

}  // namespace ci::action
