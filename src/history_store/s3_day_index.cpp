#include "history_store/s3_day_index.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "history_store/s3_object.hpp"

namespace ci::history_store {
namespace {

using base::fail;

constexpr std::string_view kNoRow = "null";  // the line of an object that is no record

// Adds the rows in an index of `names`; false, and nothing is added, when it is none of those.
bool add_from(const std::string& index, const std::vector<S3RecordName>& names, const Selection& selection,
              std::vector<Row>& found) {
  const auto lines = base::split(index, '\n');
  if (lines.size() != names.size() + 1 || !lines.back().empty()) return false;
  std::vector<Row> rows;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (lines[i] == kNoRow || !may_select(selection, names[i])) continue;
    auto row = row_in_s3_object(lines[i] + "\n");
    if (!row || s3_record_name(*row) != names[i]) return false;
    if (selects(selection, *row)) rows.push_back(std::move(*row));
  }
  std::move(rows.begin(), rows.end(), std::back_inserter(found));
  return true;
}

}  // namespace

std::string S3DayIndex::Group::folder() const {
  return fmt::format("rows/{}/{}-", names.front().date(), names.front().repository);
}

std::string S3DayIndex::Group::object() const {
  return fmt::format("{}{}.jsonl", folder(), base::hex(base::sha256(etags)).substr(0, 32));
}

bool S3DayIndex::pays(const Group& group) const {
  return group.wanted >= kLeast && group.names.size() <= kMost && group.names.front().date() < today_ &&
         !group.etags.empty();
}

base::Result<void> S3DayIndex::add_rows(const std::vector<S3Listed>& listed, const Selection& selection,
                                        platform::Monotonic end, std::vector<Row>& found) {
  std::map<std::pair<std::string, std::string>, Group> by_day;
  for (const auto& [name, etag] : listed) {
    Group& group = by_day[{name.date(), name.repository}];
    const bool is_told = !etag.empty() && (group.names.empty() || !group.etags.empty());
    group.etags = is_told ? fmt::format("{}{} {}\n", group.etags, name.text(), etag) : std::string();
    group.names.push_back(name);
    if (may_select(selection, name)) ++group.wanted;
  }
  std::vector<const Group*> groups;
  std::vector<std::string> objects;
  for (const auto& entry : by_day) {
    if (!pays(entry.second)) continue;
    groups.push_back(&entry.second);
    objects.push_back(entry.second.object());
  }
  const auto indexes = records_.read(objects, end);
  if (!indexes) return fail(indexes.error());
  std::map<const Group*, const std::string*> known;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if ((*indexes)[i]) known[groups[i]] = &*(*indexes)[i];
  }
  for (const auto& entry : by_day) {
    const Group& group = entry.second;
    if (group.wanted == 0) continue;
    const auto index = known.find(&group);
    if (index != known.end() && add_from(*index->second, group.names, selection, found)) continue;
    if (auto added = add_each(group, selection, end, found); !added) return added;
  }
  return {};
}

base::Result<void> S3DayIndex::add_each(const Group& group, const Selection& selection, platform::Monotonic end,
                                        std::vector<Row>& found) {
  std::vector<S3RecordName> wanted;
  std::copy_if(group.names.begin(), group.names.end(), std::back_inserter(wanted),
               [&](const S3RecordName& name) { return may_select(selection, name); });
  const auto heads = records_.heads(wanted, end);
  if (!heads) return fail(heads.error());
  for (const auto& head : *heads) {
    auto row = head ? row_in_s3_object(*head + "\n") : std::nullopt;
    if (row && selects(selection, *row)) found.push_back(std::move(*row));
  }
  if (pays(group) && wanted.size() == group.names.size()) make(group, *heads, end);
  return {};
}

void S3DayIndex::make(const Group& group, const std::vector<std::optional<std::string>>& heads,
                      platform::Monotonic end) {
  std::string text;
  for (const auto& head : heads) {
    const bool is_row = head && row_in_s3_object(*head + "\n");
    text += is_row ? *head : std::string(kNoRow);
    text += '\n';
  }
  const std::string object = group.object();
  if (!records_.write({{object, text}}, end)) return;  // who may only read goes without
  const std::string folder = group.folder();
  const auto there = records_.list(folder, end);
  if (!there) return;
  std::vector<std::string> superseded;
  for (const auto& rest : *there) {
    if (folder + rest != object) superseded.push_back(folder + rest);
  }
  (void)records_.remove(superseded, end);  // they are never found again, and go with the day
}

}  // namespace ci::history_store
