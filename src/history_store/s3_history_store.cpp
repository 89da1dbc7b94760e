#include "history_store/s3_history_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "history_store/index_update.hpp"
#include "history_store/s3_day_index.hpp"
#include "history_store/s3_object.hpp"
#include "history_store/s3_removal.hpp"

namespace ci::history_store {
namespace {

using base::ErrorKind;
using base::fail;

constexpr std::chrono::seconds kConnect{2};
constexpr const char* kPermissions =
    "s3:ListBucket on the bucket, and s3:GetObject, s3:PutObject and s3:DeleteObject on its objects";
constexpr std::size_t kMostDays = 16;  // listed at once

bool is_newer(const Row& one, const Row& other) {
  return std::tie(one.started_at, one.id) > std::tie(other.started_at, other.id);
}

bool is_full(const Selection& selection, const std::vector<Row>& found) {
  return selection.limit > 0 && found.size() >= selection.limit;
}

}  // namespace

S3HistoryStore::S3HistoryStore(const s3::Location& location, const base::Result<s3::Credentials>& credentials,
                               const platform::Platform& platform, base::Duration patience)
    : name_(fmt::format("s3://{}/{}", location.bucket,
                        location.folder.substr(0, location.folder.find_last_not_of('/') + 1))),
      platform_(platform),
      patience_(patience) {
  if (!credentials) {
    client_ = fail(credentials.error());
    return;
  }
  client_ = std::make_unique<s3::Client>(location, *credentials, s3::ClientSettings{"records", kPermissions, kConnect},
                                         platform);
  records_ = std::make_unique<S3Records>(**client_);
}

base::Result<void> S3HistoryStore::claim(const std::string& id, const S3RecordName& name, platform::Monotonic end) {
  const S3Write pointer{S3Records::id(id), S3Records::pointer_text(name), Write::anew};
  const auto written = records_->write({pointer}, end);
  if (!written) return fail(written.error());
  if (written->front()) return {};
  const auto owner = records_->named_by({pointer.name}, end);
  if (!owner) return fail(owner.error());
  if (owner->front() == name) return {};
  if (owner->front() && owner->front()->identity != name.identity)
    return fail(ErrorKind::data, "another run has a record with the id " + id);
  const auto replaced = records_->write({{pointer.name, pointer.text, Write::replacing}}, end);
  return replaced ? base::Result<void>() : fail(replaced.error());
}

base::Result<void> S3HistoryStore::put(const base::Json& document) {
  const auto row = row_of(document);
  if (!row) return fail(row.error());
  if (!client_) return fail(client_.error());
  const auto name = s3_record_name(*row);
  const auto text = s3_object_text(document, *row);
  if (text.size() > kLongestRecord) return fail(ErrorKind::data, "the record is too long to be kept");
  const auto end = end_of_call();
  if (auto claimed = claim(row->id, name, end); !claimed) return claimed;
  const auto run = S3Records::run(name);
  const auto earlier = records_->named_by({run}, end);
  if (!earlier) return fail(earlier.error());
  const auto& before = earlier->front();
  // Whoever comes next must find what is to be replaced, wherever this process is killed: a first record comes after
  // its pointer, one in another place before it is told there.
  const S3Write pointer{run, S3Records::pointer_text(name)};
  const S3Write record{S3Records::record(name), text};
  if (!before) {
    if (const auto done = records_->write({pointer}, end); !done) return fail(done.error());
  }
  if (const auto done = records_->write({record}, end); !done) return fail(done.error());
  if (!before || *before == name) return {};
  if (const auto done = records_->write({pointer}, end); !done) return fail(done.error());
  const auto old = records_->rows({*before}, end);
  if (!old) return fail(old.error());
  std::vector<std::string> going = {S3Records::record(*before)};
  if (old->front() && old->front()->id != row->id) going.push_back(S3Records::id(old->front()->id));
  return records_->remove(going, end);
}

base::Result<std::vector<Row>> S3HistoryStore::rows(const Selection& selection) {
  if (!client_) return fail(client_.error());
  auto found =
      selection.id_prefix.empty() ? rows_by_day(selection, end_of_call()) : rows_by_id(selection, end_of_call());
  if (!found) return fail(found.error().within("cannot read " + name_));
  std::sort(found->begin(), found->end(), is_newer);
  // Of a run that was written by two at the same moment, in two places, the newest is the one.
  std::set<std::string> runs;
  std::erase_if(*found, [&](const Row& row) { return !runs.insert(identity(row)).second; });
  if (is_full(selection, *found)) found->resize(selection.limit);
  return found;
}

base::Result<std::vector<Row>> S3HistoryStore::rows_by_id(const Selection& selection, platform::Monotonic end) {
  const auto ids = records_->list("ids/" + selection.id_prefix, end);
  if (!ids) return fail(ids.error());
  std::vector<std::string> pointers;
  for (const auto& rest : *ids) pointers.push_back("ids/" + selection.id_prefix + rest);
  const auto named = records_->named_by(pointers, end);
  if (!named) return fail(named.error());
  std::set<S3RecordName, std::greater<>> names;
  for (const auto& name : *named) {
    if (name && may_select(selection, *name)) names.insert(*name);
  }
  std::vector<Row> found;
  const auto added = add_selected(selection, {names.begin(), names.end()}, end, found);
  if (!added) return fail(added.error());
  return found;
}

base::Result<std::vector<Row>> S3HistoryStore::rows_by_day(const Selection& selection, platform::Monotonic end) {
  auto dates = records_->dates(end);
  if (!dates) return fail(dates.error());
  std::erase_if(*dates, [&](const std::string& date) {
    return (selection.since && date < date_of(*selection.since)) ||
           (selection.until && date > date_of(*selection.until));
  });
  std::vector<Row> found;
  S3DayIndex index(*records_, date_of(platform_.clock.now()));
  std::size_t count = selection.limit > 0 ? 2 : kMostDays;
  for (std::size_t at = 0; at < dates->size() && !is_full(selection, found); count = std::min(2 * count, kMostDays)) {
    const auto first = dates->begin() + static_cast<std::ptrdiff_t>(at);
    const auto size = std::min(count, dates->size() - at);
    at += size;
    const auto listed = records_->listed({first, first + static_cast<std::ptrdiff_t>(size)}, end);
    if (!listed) return fail(listed.error());
    if (selection.limit == 0) {
      if (auto added = index.add_rows(*listed, selection, end, found); !added) return fail(added.error());
      continue;
    }
    std::vector<S3RecordName> names;
    for (const auto& [name, etag] : *listed) {
      if (may_select(selection, name)) names.push_back(name);
    }
    if (auto added = add_selected(selection, names, end, found); !added) return fail(added.error());
  }
  return found;
}

base::Result<void> S3HistoryStore::add_selected(const Selection& selection, const std::vector<S3RecordName>& names,
                                                platform::Monotonic end, std::vector<Row>& found) {
  for (auto next = names.begin(); next != names.end() && !is_full(selection, found);) {
    auto count = static_cast<std::size_t>(names.end() - next);
    if (selection.limit > 0)
      count = std::min(count, std::max(s3::ParallelCalls::kAtOnce, selection.limit - found.size()));
    const std::vector<S3RecordName> batch(next, next + static_cast<std::ptrdiff_t>(count));
    next += static_cast<std::ptrdiff_t>(count);
    auto rows = records_->rows(batch, end);
    if (!rows) return fail(rows.error());
    for (auto& row : *rows) {
      if (row && selects(selection, *row)) found.push_back(std::move(*row));
    }
  }
  return {};
}

base::Result<base::Json> S3HistoryStore::document(const std::string& id) {
  if (!client_) return fail(client_.error());
  const auto end = end_of_call();
  const auto named = records_->named_by({S3Records::id(id)}, end);
  if (!named) return fail(named.error().within("cannot read " + name_));
  const auto none = [&] { return fail(ErrorKind::data, name_ + " has no record " + id); };
  if (!named->front()) return none();
  const auto texts = records_->read({S3Records::record(*named->front())}, end);
  if (!texts) return fail(texts.error().within("cannot read " + name_));
  if (!texts->front()) return none();
  auto document = document_in_s3_object(*texts->front());
  if (document && (*document)["id"].as_string() != id) return none();  // another record of the run has replaced it
  return document;
}

base::Result<std::size_t> S3HistoryStore::prune(base::TimePoint now, history::Retention retention) {
  if (!client_) return fail(client_.error());
  return S3Removal(*records_, platform_.clock, end_of_call()).remove_what_goes(now, retention);
}

base::Result<std::vector<Day>> S3HistoryStore::days(const Selection& selection) {
  if (!client_) return fail(client_.error());
  auto days = S3Removal(*records_, platform_.clock, end_of_call()).days(selection);
  if (!days) return fail(days.error().within("cannot read " + name_));
  return days;
}

}  // namespace ci::history_store
