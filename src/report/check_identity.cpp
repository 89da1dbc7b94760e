#include "report/check_identity.hpp"

#include <fmt/format.h>

#include <vector>

#include "base/digest.hpp"
#include "base/text.hpp"

namespace ci::report {
namespace {

using history::Record;

constexpr std::size_t kLongest = 255;
constexpr std::size_t kDigestLength = 16;

// What follows run and attempt.
std::string job_part(const Record& record) {
  std::string part = "-" + record.job;
  for (const auto& [name, value] : record.matrix) part += fmt::format("-{}={}", name, value);
  if (!record.step.empty()) part += "#" + record.step;
  return part;
}

std::string id_of(const Record& record, std::int64_t attempt) {
  const auto id = fmt::format("{}-{}{}", record.run_id, attempt, job_part(record));
  if (id.size() <= kLongest) return id;
  const auto digest = base::hex(base::sha256(id)).substr(0, kDigestLength);
  return fmt::format("{}~{}", base::truncate_utf8(id, kLongest - kDigestLength - 1), digest);
}

}  // namespace

std::string default_check_name(const Record& record) {
  std::vector<std::string> parts{"ci-optimizer"};
  for (const auto& part : {record.workflow, record.job}) {
    if (!part.empty()) parts.push_back(part);
  }
  std::string name = base::join(parts, " / ");
  std::vector<std::string> values;
  for (const auto& [key, value] : record.matrix) values.push_back(value);
  if (!values.empty()) name += " (" + base::join(values, ", ") + ")";
  if (const auto step = history::step_label(record.step); !step.empty()) name += " / " + step;
  return std::string(base::truncate_utf8(name, kLongest));
}

std::string external_id(const Record& record) {
  return id_of(record, record.run_attempt);
}

bool is_of_same_step(std::string_view id, const Record& record) {
  const std::string run = record.run_id + "-";
  if (record.run_id.empty() || !id.starts_with(run)) return false;
  const auto rest = id.substr(run.size());
  const auto attempt = base::parse_integer(rest.substr(0, rest.find('-')));
  return attempt && *attempt >= 1 && *attempt <= record.run_attempt && id == id_of(record, *attempt);
}

}  // namespace ci::report
