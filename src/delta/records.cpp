#include "delta/records.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.hpp"

namespace ci::delta {
namespace {

struct Record {
  std::string key;  // "" = a comment or an empty line: never merged
  std::string text;
};

bool has_members(RecordFormat format) {
  return format == RecordFormat::group || format == RecordFormat::gshadow;
}

std::string stanza_key(std::string_view text) {
  std::map<std::string, std::string> fields;
  for (const auto& line : base::split(text, '\n')) {
    const auto colon = line.find(':');
    if (colon == std::string::npos || line.starts_with(' ')) continue;
    fields.emplace(line.substr(0, colon), base::trim(std::string_view(line).substr(colon + 1)));
  }
  if (fields.contains("Name")) return fields["Name"];
  return fields.contains("Package") ? fields["Package"] + ":" + fields["Architecture"] : "";
}

std::string line_key(RecordFormat format, const std::string& line) {
  if (line.empty() || line.starts_with('#')) return "";
  const bool whole = format == RecordFormat::lines || format == RecordFormat::subordinate_ids;
  return whole ? line : line.substr(0, line.find(':'));
}

class Records {
 public:
  Records(RecordFormat format, std::string_view text) : format_(format) {
    if (text.ends_with('\n')) text.remove_suffix(1);
    if (text.empty()) return;
    if (format != RecordFormat::stanzas) {
      for (auto& line : base::split(text, '\n')) all.push_back({line_key(format, line), std::move(line)});
      return;
    }
    while (text.ends_with('\n')) text.remove_suffix(1);
    while (!text.empty()) {
      const auto stanza = text.substr(0, text.find("\n\n"));
      all.push_back({stanza_key(stanza), std::string(stanza)});
      text.remove_prefix(stanza.size());
      while (text.starts_with('\n')) text.remove_prefix(1);
    }
  }

  [[nodiscard]] const Record* find(const std::string& key) const {
    for (const auto& record : all) {
      if (record.key == key) return &record;
    }
    return nullptr;
  }
  Record* find(const std::string& key) { return const_cast<Record*>(std::as_const(*this).find(key)); }

  [[nodiscard]] std::string text() const {
    std::string whole;
    for (const auto& record : all) whole += record.text + (format_ == RecordFormat::stanzas ? "\n\n" : "\n");
    return whole;
  }

  std::vector<Record> all;

 private:
  RecordFormat format_;
};

tl::unexpected<base::Error> refuse(const std::string& what) {
  return base::fail(base::ErrorKind::environment, what);
}

// The text of field `number`, from 0, of a line with colons.
std::string field(const std::string& line, std::size_t number) {
  const auto fields = base::split(line, ':');
  return number < fields.size() ? fields[number] : "";
}

// The id that must be unique in its file: of the user or of the group.
std::string number_of(RecordFormat format, const std::string& line) {
  return format == RecordFormat::passwd || format == RecordFormat::group ? field(line, 2) : "";
}

struct Range {
  std::int64_t first = 0;
  std::int64_t count = 0;
};

std::optional<Range> range_of(const std::string& line) {
  const auto first = base::parse_integer(field(line, 1));
  const auto count = base::parse_integer(field(line, 2));
  if (!first || !count) return std::nullopt;
  return Range{*first, *count};
}

// Whether a record of the target stands in the way of a new one of another name.
base::Result<void> check_free(RecordFormat format, const Records& target, const Record& fresh) {
  const auto number = number_of(format, fresh.text);
  const auto range = format == RecordFormat::subordinate_ids ? range_of(fresh.text) : std::nullopt;
  for (const auto& other : target.all) {
    if (other.key.empty()) continue;
    if (!number.empty() && number_of(format, other.text) == number) {
      return refuse(fmt::format("id {} of {} belongs to {}", number, fresh.key, other.key));
    }
    const auto taken = range ? range_of(other.text) : std::nullopt;
    if (taken && range->first < taken->first + taken->count && taken->first < range->first + range->count) {
      return refuse(fmt::format("the range of {} overlaps {}", fresh.text, other.text));
    }
  }
  return {};
}

// The line of a group: everything up to the members, and the members.
struct Membership {
  std::string head;
  std::vector<std::string> members;

  explicit Membership(const std::string& line) {
    const auto colon = line.rfind(':');
    head = line.substr(0, colon + 1);
    for (auto& member : base::split(std::string_view(line).substr(colon + 1), ',')) {
      if (!member.empty()) members.push_back(std::move(member));
    }
  }
  [[nodiscard]] bool has(const std::string& name) const {
    return std::find(members.begin(), members.end(), name) != members.end();
  }
};

// The target's line with the members that came added and those that went removed; nothing when anything else differs.
std::optional<std::string> merge_members(const std::string& before, const std::string& after,
                                         const std::string& target) {
  const Membership old(before.empty() ? target.substr(0, target.rfind(':') + 1) : before);
  const Membership fresh(after);
  Membership merged(target);
  if (fresh.head != merged.head || old.head != merged.head) return std::nullopt;
  for (const auto& name : fresh.members) {
    if (!old.has(name) && !merged.has(name)) merged.members.push_back(name);
  }
  std::erase_if(merged.members, [&](const std::string& name) { return old.has(name) && !fresh.has(name); });
  return merged.head + base::join(merged.members, ",");
}

base::Result<void> apply(RecordFormat format, const Record* old, const Record& fresh, Records& target) {
  Record* const there = target.find(fresh.key);
  if (there == nullptr) {
    if (old != nullptr) return refuse(fmt::format("{} is not there any more", fresh.key));
    if (auto free = check_free(format, target, fresh); !free) return free;
    target.all.push_back(fresh);
    return {};
  }
  if (there->text == fresh.text) return {};
  if (old != nullptr && there->text == old->text) {
    there->text = fresh.text;
    return {};
  }
  if (has_members(format)) {
    if (auto merged = merge_members(old != nullptr ? old->text : "", fresh.text, there->text)) {
      there->text = std::move(*merged);
      return {};
    }
  }
  return refuse(fmt::format("{} is there with other values", fresh.key));
}

}  // namespace

base::Result<std::string> merge_records(RecordFormat format, std::string_view before, std::string_view after,
                                        std::string_view target) {
  const Records old(format, before);
  const Records fresh(format, after);
  Records merged(format, target);
  for (const auto& record : old.all) {
    if (record.key.empty() || fresh.find(record.key) != nullptr) continue;
    const auto* there = merged.find(record.key);
    if (there == nullptr) continue;
    if (there->text != record.text) return refuse(fmt::format("{} is there with other values", record.key));
    std::erase_if(merged.all, [&](const Record& one) { return one.key == record.key; });
  }
  for (const auto& record : fresh.all) {
    if (record.key.empty()) continue;
    const auto* was = old.find(record.key);
    if (was != nullptr && was->text == record.text) continue;
    if (auto done = apply(format, was, record, merged); !done) return base::fail(std::move(done.error()));
  }
  return merged.text();
}

DifferingRecords differing_records(RecordFormat format, std::string_view before, std::string_view after) {
  Records old(format, before);
  Records fresh(format, after);
  const auto keep_differing = [](Records& of, const Records& other) {
    std::erase_if(of.all, [&](const Record& record) {
      const auto* there = other.find(record.key);
      return record.key.empty() || (there != nullptr && there->text == record.text);
    });
  };
  const Records whole = old;
  keep_differing(old, fresh);
  keep_differing(fresh, whole);
  return {old.text(), fresh.text()};
}

}  // namespace ci::delta
