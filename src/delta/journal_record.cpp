#include "delta/journal_record.hpp"

#include <fmt/format.h>

#include <array>

#include "base/text.hpp"

namespace ci::delta {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::size_t kNumbers = 7;

}  // namespace

FileIdentity identity_of(const struct stat& status) {
  return {static_cast<std::int64_t>(status.st_dev), static_cast<std::int64_t>(status.st_ino),
          status.st_mtim.tv_sec * kSecond + status.st_mtim.tv_nsec};
}

std::string file_in_mark(unsigned number) {
  return fmt::format("former-{}", number);
}

std::string encode(const JournalRecord& record) {
  return fmt::format("{}{} {} {} {} {} {} {} {}", static_cast<char>(record.step), record.kept, record.mode, record.uid,
                     record.gid, record.next.device, record.next.inode, record.next.modified, record.path);
}

std::optional<JournalRecord> decode_journal_record(std::string_view text) {
  if (text.empty() || std::string_view("ARD").find(text.front()) == std::string_view::npos) return std::nullopt;
  JournalRecord record;
  record.step = static_cast<JournalRecord::Step>(text.front());
  text.remove_prefix(1);
  std::array<std::int64_t, kNumbers> numbers{};
  for (auto& number : numbers) {
    const auto blank = text.find(' ');
    const auto value = blank == std::string_view::npos ? std::nullopt : base::parse_integer(text.substr(0, blank));
    if (!value) return std::nullopt;
    number = *value;
    text.remove_prefix(blank + 1);
  }
  record.kept = static_cast<unsigned>(numbers[0]);
  record.mode = static_cast<std::uint32_t>(numbers[1]);
  record.uid = static_cast<std::uint32_t>(numbers[2]);
  record.gid = static_cast<std::uint32_t>(numbers[3]);
  record.next = {numbers[4], numbers[5], numbers[6]};
  record.path = text;
  return record;
}

}  // namespace ci::delta
