#include "history_store/removal.hpp"

#include <algorithm>

#include "platform/filesystem.hpp"

namespace ci::history_store {
namespace {

namespace fs = std::filesystem;
using base::Json;

Json days_json(const std::vector<Day>& days) {
  Json array = Json::array();
  for (const auto& day : days) array.push(to_json(day));
  return array;
}

std::vector<Day> merged(std::vector<Day> days, const std::vector<Day>& fresh) {
  for (const auto& day : fresh) add_day(days, day);
  return days;
}

// A name that is in a plan names a file below records/, whoever wrote the plan.
bool is_plain(const std::string& name) {
  return name != "." && name != ".." && name.find('/') == std::string::npos;
}

// The plan holds the summaries as they will be, so that carrying it out twice changes nothing.
base::Result<void> carry_out(const FileLayout& layout, const Json& plan) {
  const auto& date = plan["date"].as_string();
  if (date.empty() || !is_plain(date)) return base::fail(base::ErrorKind::data, "not a plan of a removal");
  if (auto written = platform::write_file(layout.day(date), plan["days"].pretty() + "\n"); !written) return written;
  for (const auto& item : plan["records"].items()) {
    const Place place{item["folder"].as_string(), item["name"].as_string()};
    if (!is_plain(place.folder) || !is_plain(place.name) || place.name.empty()) continue;
    std::error_code error;  // gone already, or it goes next time
    fs::remove(layout.report(fs::path(place.name).stem().string()), error);
    fs::remove(layout.record(place), error);
  }
  std::error_code error;
  if (!date.empty()) fs::remove(layout.records() / date, error);  // when it is empty
  fs::remove(layout.pending_removal(), error);
  return {};
}

}  // namespace

base::Result<void> remove_day(const FileLayout& layout, const RemovalOfDay& removal) {
  Json records = Json::array();
  for (const auto& place : removal.places)
    records.push(Json::object().set("folder", place.folder).set("name", place.name));
  const Json plan = Json::object()
                        .set("date", removal.date)
                        .set("days", days_json(merged(read_day(layout, removal.date), removal.fresh)))
                        .set("records", std::move(records));
  if (auto written = platform::write_file(layout.pending_removal(), plan.compact()); !written) return written;
  return carry_out(layout, plan);
}

base::Result<void> end_removal(const FileLayout& layout) {
  const auto text = platform::read_file(layout.pending_removal());
  if (!text) return {};  // there is none
  const auto plan = base::parse_json(*text);
  return plan ? carry_out(layout, *plan) : base::Result<void>(base::fail(plan.error()));
}

std::vector<Day> read_day(const FileLayout& layout, const std::string& date) {
  std::vector<Day> days;
  const auto text = platform::read_file(layout.day(date));
  const auto json = text ? base::parse_json(*text) : base::Result<Json>(Json());
  if (!json) return days;
  for (const auto& item : json->items()) {
    if (auto day = day_of(item); day && day->date == date) days.push_back(std::move(*day));
  }
  return days;
}

}  // namespace ci::history_store
