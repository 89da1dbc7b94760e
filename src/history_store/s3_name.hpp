#pragma once
// The names of objects in a bucket that are records: what is known of a record without reading it.
#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "history_store/row.hpp"
#include "history_store/selection.hpp"

namespace ci::history_store {

// Parts but the time are beginnings of SHA-256 digests in hexadecimal: names never hold what others wrote.
struct S3RecordName {
  base::TimePoint started_at;
  std::string repository;  // of the repository's name
  std::string series;      // of its Series
  std::string identity;    // of its identity()

  friend auto operator<=>(const S3RecordName&, const S3RecordName&) = default;  // NOLINT(modernize-use-nullptr)

  // "2026-11-21", the UTC day.
  [[nodiscard]] std::string date() const;
  // "2026-11-21/120000000000-REPOSITORY-SERIES-IDENTITY.jsonl": a day's names are in the order of their times.
  [[nodiscard]] std::string text() const;
};

S3RecordName s3_record_name(const Row& row);

// Returns the name that `text` spells; nothing when it is none.
std::optional<S3RecordName> parse_s3_record_name(std::string_view text);

// Whether a record of that name may be one that `selection` selects; rows tell for certain.
bool may_select(const Selection& selection, const S3RecordName& name);

// Whether `text` is a UTC day, "2026-11-21".
bool is_date(std::string_view text);

}  // namespace ci::history_store
