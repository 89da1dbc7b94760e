#include "report/reproduce.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace ci::report {
namespace {

constexpr std::size_t kMostNames = 100;  // more make no command that anybody would paste

// One word of a POSIX shell: what is between single quotes means nothing.
std::string shell_word(std::string_view text) {
  return "'" + base::replace_all(text, "'", R"('\'')") + "'";
}

bool is_commit(const std::string& sha) {
  return sha.size() >= 40 &&
         std::all_of(sha.begin(), sha.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace

std::string reproduce(const history::Record& record) {
  std::string lines;
  if (is_commit(record.commit_sha)) lines += fmt::format("git checkout {}\n", record.commit_sha);
  std::string command = "ci-optimizer optimize";
  std::vector<std::string> names;
  if (record.apt) {
    for (const auto& package : record.apt->packages) {
      if (package.requested && names.size() < kMostNames) names.push_back(package.name);
    }
  }
  if (!names.empty()) command += " --packages " + shell_word(base::join(names, " "));
  std::size_t tests = 0;
  for (const auto& test : record.smoke) {
    if (++tests <= kMostNames && !test.command.empty()) command += " --smoke " + shell_word(test.command);
  }
  return lines + command + "\n";
}

}  // namespace ci::report
