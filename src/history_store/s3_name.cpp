#include "history_store/s3_name.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "history_store/daily.hpp"

namespace ci::history_store {
namespace {

constexpr std::string_view kEnd = ".jsonl";
constexpr std::size_t kDateLength = 10;
constexpr std::size_t kTimeLength = 12;  // HHMMSS and microseconds
constexpr std::size_t kRepositoryLength = 8;
constexpr std::size_t kSeriesLength = 16;
constexpr std::size_t kIdentityLength = 32;

std::string digest(std::string_view text, std::size_t length) {
  return base::hex(base::sha256(text)).substr(0, length);
}

std::string digest_of(const Series& series) {
  return digest(canonical_text(series), kSeriesLength);
}

bool is_hex(std::string_view text, std::size_t length) {
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return text.size() == length && std::all_of(text.begin(), text.end(), is_digit);
}

}  // namespace

std::string S3RecordName::date() const {
  return date_of(started_at);
}

std::string S3RecordName::text() const {
  // "2026-11-21T12:00:00.000000Z"
  const std::string time = base::to_rfc3339(started_at);
  return fmt::format("{}/{}{}{}{}-{}-{}-{}{}", time.substr(0, kDateLength), time.substr(11, 2), time.substr(14, 2),
                     time.substr(17, 2), time.substr(20, 6), repository, series, identity, kEnd);
}

S3RecordName s3_record_name(const Row& row) {
  return {row.started_at, digest(row.repository, kRepositoryLength), digest_of(series_of(row)),
          digest(identity(row), kIdentityLength)};
}

std::optional<S3RecordName> parse_s3_record_name(std::string_view text) {
  if (!text.ends_with(kEnd) || text.size() < kDateLength + 1) return std::nullopt;
  const auto parts = base::split(text.substr(kDateLength + 1, text.size() - kDateLength - 1 - kEnd.size()), '-');
  if (parts.size() != 4 || parts[0].size() != kTimeLength || !is_hex(parts[1], kRepositoryLength) ||
      !is_hex(parts[2], kSeriesLength) || !is_hex(parts[3], kIdentityLength))
    return std::nullopt;
  const std::string& time = parts[0];
  const auto started_at =
      base::parse_rfc3339(fmt::format("{}T{}:{}:{}.{}Z", text.substr(0, kDateLength), time.substr(0, 2),
                                      time.substr(2, 2), time.substr(4, 2), time.substr(6)));
  if (!started_at) return std::nullopt;
  S3RecordName name{*started_at, parts[1], parts[2], parts[3]};
  if (name.text() != text) return std::nullopt;  // only what we would write ourselves is ours
  return name;
}

bool may_select(const Selection& selection, const S3RecordName& name) {
  if (selection.since && name.started_at < *selection.since) return false;
  if (selection.until && name.started_at >= *selection.until) return false;
  if (selection.repository && digest(*selection.repository, kRepositoryLength) != name.repository) return false;
  if (!selection.repository || !selection.workflow || !selection.job || !selection.matrix || !selection.step)
    return true;
  const Series series{*selection.repository, *selection.workflow, *selection.job, *selection.matrix, *selection.step};
  return digest_of(series) == name.series;
}

bool is_date(std::string_view text) {
  return text.size() == kDateLength && base::parse_rfc3339(std::string(text) + "T00:00:00Z").has_value();
}

}  // namespace ci::history_store
