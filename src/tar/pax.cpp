#include "tar/pax.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

namespace ci::tar {
namespace {

using base::ErrorKind;
using base::fail;

constexpr std::int64_t kNanoseconds = 1'000'000'000;
constexpr std::size_t kFractionDigits = 9;

tl::unexpected<base::Error> damaged() {
  return fail(ErrorKind::data, "the tar archive is damaged: an extended header cannot be read");
}

// The decimal number that the whole of `text` spells.
std::optional<std::uint64_t> decimal(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Nanoseconds of a time such as "-1.5"; digits beyond nanoseconds are cut off.
std::optional<std::int64_t> time_of(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const std::size_t point = std::min(text.find('.'), text.size());
  const auto seconds = decimal(text.substr(0, point));
  constexpr auto kMostSeconds = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max() / kNanoseconds - 1);
  if (!seconds || *seconds > kMostSeconds) return std::nullopt;
  std::string digits(text.substr(std::min(point + 1, text.size())));
  if (digits.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
  digits.resize(kFractionDigits, '0');
  const auto value =
      static_cast<std::int64_t>(*seconds) * kNanoseconds + static_cast<std::int64_t>(decimal(digits).value_or(0));
  return negative ? -value : value;
}

struct Record {
  std::string_view keyword;
  std::string_view value;
};

// Takes the first record off `records`.
base::Result<Record> next_record(std::string_view& records) {
  const std::size_t blank = records.find(' ');
  if (blank == std::string_view::npos) return damaged();
  const auto length = decimal(records.substr(0, blank));
  if (!length || *length > records.size() || *length < blank + 3) return damaged();
  const std::string_view record = records.substr(blank + 1, *length - blank - 1);
  const std::size_t equals = record.find('=');
  if (record.back() != '\n' || equals == std::string_view::npos) return damaged();
  records.remove_prefix(*length);
  return Record{record.substr(0, equals), record.substr(equals + 1, record.size() - equals - 2)};
}

// Reads a number into `field`; an empty value takes an earlier one back.
template <class Number, class Parse>
bool read_number(std::string_view value, std::optional<Number>& field, Parse parse) {
  field.reset();
  if (value.empty()) return true;
  field = parse(value);
  return field.has_value();
}

void read_text(std::string_view value, std::optional<std::string>& field) {
  field.reset();
  if (!value.empty()) field = value;
}

}  // namespace

base::Result<void> decode_records(std::string_view records, Extension& extension) {
  while (!records.empty()) {
    const auto record = next_record(records);
    if (!record) return fail(record.error());
    const auto& [keyword, value] = *record;
    bool good = true;
    if (keyword == "path") read_text(value, extension.path);
    if (keyword == "linkpath") read_text(value, extension.link);
    if (keyword == "size") good = read_number(value, extension.size, decimal);
    if (keyword == "uid") good = read_number(value, extension.uid, decimal);
    if (keyword == "gid") good = read_number(value, extension.gid, decimal);
    if (keyword == "mtime") good = read_number(value, extension.mtime, time_of);
    if (!good) return damaged();
    if (keyword.starts_with("GNU.sparse.")) {
      return fail(ErrorKind::data, "the tar archive has a sparse file, which is not supported");
    }
  }
  return {};
}

base::Result<void> check_global_records(std::string_view records) {
  while (!records.empty()) {
    const auto record = next_record(records);
    if (!record) return fail(record.error());
    if (record->keyword != "comment") {
      return fail(ErrorKind::data, "the tar archive has an extended header for all members, which is not supported");
    }
  }
  return {};
}

std::string encode_record(std::string_view keyword, std::string_view value) {
  const std::size_t rest = keyword.size() + value.size() + 3;  // blank, "=", newline
  std::size_t length = rest + 1;
  while (length != rest + fmt::formatted_size("{}", length)) length = rest + fmt::formatted_size("{}", length);
  return fmt::format("{} {}={}\n", length, keyword, value);
}

std::string encode_time(std::int64_t nanoseconds) {
  const bool negative = nanoseconds < 0;
  const std::uint64_t value =
      negative ? ~static_cast<std::uint64_t>(nanoseconds) + 1 : static_cast<std::uint64_t>(nanoseconds);
  std::string text = fmt::format("{}{}.{:09}", negative ? "-" : "", value / kNanoseconds, value % kNanoseconds);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

}  // namespace ci::tar
