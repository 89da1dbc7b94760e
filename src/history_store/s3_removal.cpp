#include "history_store/s3_removal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"

namespace ci::history_store {
namespace {

using base::fail;
using base::Json;

constexpr std::string_view kDays = "days/";
constexpr base::Duration kReserve = std::chrono::seconds(2);  // for a removal that is begun

std::string object_of_day(const std::string& date, int number) {
  return fmt::format("{}{}/{:06}.json", kDays, date, number);
}

// The records that `retention` does not keep at `now`, by their date. `names`: the newest first.
std::map<std::string, std::vector<S3RecordName>> names_to_remove(const std::vector<S3RecordName>& names,
                                                                 base::TimePoint now, history::Retention retention) {
  std::map<std::string, std::vector<S3RecordName>> going;
  std::map<std::string, std::size_t> newer;  // runs of each series on later days than `date`
  std::map<std::string, std::size_t> of_date;
  std::string date;
  for (const auto& name : names) {
    if (name.date() != date) {
      for (const auto& [series, count] : std::exchange(of_date, {})) newer[series] += count;
      date = name.date();
    }
    ++of_date[name.series];
    if (is_day_kept(std::chrono::floor<std::chrono::days>(name.started_at), newer[name.series], now, retention))
      continue;
    going[date].push_back(name);
  }
  return going;
}

}  // namespace

base::Result<std::map<std::string, int>> S3Removal::numbers() {
  const auto names = records_.list(std::string(kDays), end_);
  if (!names) return fail(names.error());
  std::map<std::string, int> highest;
  for (const auto& name : *names) {
    const auto parts = base::split(name, '/');
    if (parts.size() != 2 || !is_date(parts[0]) || !parts[1].ends_with(".json")) continue;
    const auto number = base::parse_integer(parts[1].substr(0, parts[1].size() - 5));
    if (!number || *number < 1 || *number > 999'999) continue;
    highest[parts[0]] = std::max(highest[parts[0]], static_cast<int>(*number));
  }
  return highest;
}

base::Result<S3Removal::Counted> S3Removal::counted(const std::string& date, int number) {
  Counted counted{number, {}, {}};
  if (number == 0) return counted;
  const auto texts = records_.read({object_of_day(date, number)}, end_);
  if (!texts) return fail(texts.error());
  const auto json = texts->front() ? base::parse_json(*texts->front()) : base::Result<Json>();
  if (!json) return counted;
  for (const auto& item : (*json)["days"].items()) {
    if (auto day = day_of(item); day && day->date == date) counted.days.push_back(std::move(*day));
  }
  for (const auto& [name, id] : (*json)["records"].members()) counted.ids[name] = id.as_string();
  return counted;
}

base::Result<std::size_t> S3Removal::remove_what_goes(base::TimePoint now, history::Retention retention) {
  const auto dates = records_.dates(end_);
  if (!dates) return fail(dates.error());
  const auto listed = records_.listed(*dates, end_);
  if (!listed) return fail(listed.error());
  const auto known = numbers();
  if (!known) return fail(known.error());

  std::set<std::string> identities;
  std::map<std::string, Names> there;
  Names names;
  std::vector<std::string> old;
  for (const auto& [name, etag] : *listed) {
    if (identities.insert(name.identity).second) {
      names.push_back(name);
      there[name.date()].push_back(name);
    } else {
      old.push_back(S3Records::record(name));  // of a run that was written by two at the same moment
    }
  }
  const auto indexes = records_.list("rows/", end_);
  if (!indexes) return fail(indexes.error());
  for (const auto& name : *indexes) {
    if (!there.contains(name.substr(0, name.find('/')))) old.push_back("rows/" + name);
  }
  if (auto done = records_.remove(old, end_); !done) return fail(done.error());

  auto going = names_to_remove(names, now, retention);
  std::size_t removed = 0;
  for (const auto& [date, of_date] : there) {
    const auto number = known->find(date);
    auto& names_of_date = going[date];
    if (names_of_date.empty() && number == known->end()) continue;
    if (removed > 0 && clock_.monotonic() + kReserve >= end_) return removed;
    const auto count = remove_of_day(date, number == known->end() ? 0 : number->second, of_date, names_of_date);
    if (!count) return removed > 0 ? base::Result<std::size_t>(removed) : fail(count.error());
    removed += *count;
  }
  return removed;
}

base::Result<std::size_t> S3Removal::remove_of_day(const std::string& date, int number, const Names& there,
                                                   Names going) {
  auto before = counted(date, number);
  if (!before) return fail(before.error());
  const auto is_counted = [&](const S3RecordName& name) { return before->ids.contains(name.text()); };
  Names left_over;
  std::copy_if(there.begin(), there.end(), std::back_inserter(left_over), is_counted);
  if (auto done = remove(before->ids, left_over); !done) return fail(done.error());
  std::erase_if(going, is_counted);
  if (going.size() > kMostAtOnce) going.resize(kMostAtOnce);
  if (going.empty()) return std::size_t{0};

  const auto rows = records_.rows(going, end_);
  if (!rows) return fail(rows.error());
  std::map<Series, std::vector<Row>> series;
  std::map<std::string, std::string> ids;
  Json records = Json::object();
  for (std::size_t i = 0; i < going.size(); ++i) {
    const auto& row = (*rows)[i];
    ids[going[i].text()] = row ? row->id : "";  // what cannot be read goes uncounted
    records.set(going[i].text(), row ? row->id : "");
    if (row) series[series_of(*row)].push_back(*row);
  }
  auto days = std::move(before->days);
  for (const auto& entry : series) add_day(days, summarise(entry.second));
  Json summaries = Json::array();
  for (const auto& day : days) summaries.push(to_json(day));
  const Json object = Json::object().set("days", std::move(summaries)).set("records", std::move(records));
  const auto written = records_.write({{object_of_day(date, number + 1), object.compact() + "\n", Write::anew}}, end_);
  if (!written) return fail(written.error());
  if (!written->front()) return std::size_t{0};  // another process is at it
  if (auto done = remove(ids, going); !done) return fail(done.error());
  // The one before stays for those who are just reading it.
  if (number > 1) {
    if (auto done = records_.remove({object_of_day(date, number - 1)}, end_); !done) return fail(done.error());
  }
  return going.size();
}

base::Result<void> S3Removal::remove(const std::map<std::string, std::string>& ids, const Names& names) {
  std::vector<std::string> going;
  for (const auto& name : names) {
    going.push_back(S3Records::record(name));
    going.push_back(S3Records::run(name));
    const auto id = ids.find(name.text());
    if (id != ids.end() && !id->second.empty()) going.push_back(S3Records::id(id->second));
  }
  return records_.remove(going, end_);
}

base::Result<std::vector<Day>> S3Removal::days(const Selection& selection) {
  const auto known = numbers();
  if (!known) return fail(known.error());
  std::vector<std::string> objects;
  std::vector<std::string> dates;
  for (auto day = known->rbegin(); day != known->rend(); ++day) {
    if (selection.since && day->first < date_of(*selection.since)) continue;
    if (selection.until && day->first > date_of(*selection.until - base::Duration(1))) continue;
    dates.push_back(day->first);
    objects.push_back(object_of_day(day->first, day->second));
  }
  std::vector<Day> found;
  constexpr std::size_t kAtOnce = 32;
  for (std::size_t at = 0; at < objects.size(); at += kAtOnce) {
    const auto size = std::min(kAtOnce, objects.size() - at);
    const auto first = objects.begin() + static_cast<std::ptrdiff_t>(at);
    const auto texts = records_.read({first, first + static_cast<std::ptrdiff_t>(size)}, end_);
    if (!texts) return fail(texts.error());
    for (std::size_t i = 0; i < size; ++i) {
      const auto json = (*texts)[i] ? base::parse_json(*(*texts)[i]) : base::Result<Json>();
      if (!json) continue;
      for (const auto& item : (*json)["days"].items()) {
        auto day = day_of(item);
        if (!day || day->date != dates[at + i] || !selects(selection, day->series)) continue;
        if (selection.limit > 0 && found.size() >= selection.limit) return found;
        found.push_back(std::move(*day));
      }
    }
  }
  return found;
}

}  // namespace ci::history_store
