#include "history_store/file_history_store.hpp"

#include <set>

#include "history_store/file_lock.hpp"
#include "history_store/removal.hpp"
#include "platform/filesystem.hpp"

namespace ci::history_store {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;

constexpr base::Duration kWriterPatience = std::chrono::milliseconds(500);  // a reader notes it otherwise
constexpr base::Duration kReaderPatience = std::chrono::seconds(2);

base::Result<base::Json> read_document(const fs::path& file) {
  const auto text = platform::read_file(file, kLongestRecord);
  if (!text) return base::fail(text.error());
  return base::parse_json(*text);
}

}  // namespace

base::Result<void> FileHistoryStore::put(const base::Json& document) {
  const auto row = row_of(document);
  if (!row) return base::fail(row.error());
  const auto place = layout_.place(row->id, row->started_at);
  if (const auto there = row_in(layout_.record(place)); there && identity(*there) != identity(*row))
    return base::fail(ErrorKind::data, "another run has a record with the id " + row->id);
  if (auto written = platform::write_file(layout_.record(place), document.pretty() + "\n"); !written) return written;
  (void)note(place, *row);  // the record is kept; the index is brought up to date by the next reader
  return {};
}

// Notes the record at `place`, and removes those that it replaces.
base::Result<void> FileHistoryStore::note(const Place& place, const Row& row) {
  if (!index_ || in_memory_) {
    auto opened = RecordIndex::open(layout_.index(), kWriterPatience);
    if (!opened) return base::fail(opened.error());
    index_.emplace(std::move(*opened));
    in_memory_ = false;
  }
  const auto stamp = stamp_of(layout_.record(place));
  if (!stamp) return {};  // a later one has replaced it already
  auto change = index_->change();
  if (!change) return base::fail(change.error());
  const auto replaced = index_->places_of(identity(row));
  if (!replaced) return base::fail(replaced.error());
  for (const auto& other : *replaced) {
    if (other.folder == place.folder && other.name == place.name) continue;
    std::error_code error;
    fs::remove(layout_.record(other), error);
    if (other.name != place.name) fs::remove(layout_.report(fs::path(other.name).stem().string()), error);
    if (auto done = index_->remove(other); !done) return done;
  }
  if (auto done = index_->put(place, *stamp, row); !done) return done;
  return change->commit();
}

base::Result<RecordIndex*> FileHistoryStore::index() {
  const TimeLimit limit{clock_, clock_.monotonic() + patience_};
  std::error_code error;
  if (!fs::exists(layout_.folder, error)) return index_in_memory(limit);  // nothing is made by looking
  auto index = index_on_disk(limit);
  if (!index && index.error().kind == ErrorKind::data) {
    discard_damaged_index();
    index = index_on_disk(limit);
  }
  if (index || limit.is_over()) return index;
  return index_in_memory(limit);
}

base::Result<RecordIndex*> FileHistoryStore::index_on_disk(const TimeLimit& limit) {
  if (!index_ || in_memory_) {
    index_.reset();
    auto opened = RecordIndex::open(layout_.index(), kReaderPatience);
    if (!opened) return base::fail(opened.error());
    index_.emplace(std::move(*opened));
    in_memory_ = false;
  }
  if (auto done = update_index(*index_, layout_.records(), limit); !done) {
    index_.reset();
    return base::fail(done.error());
  }
  return &*index_;
}

base::Result<RecordIndex*> FileHistoryStore::index_in_memory(const TimeLimit& limit) {
  auto made = RecordIndex::in_memory(layout_.index(), kWriterPatience);
  if (!made) return base::fail(made.error());
  index_.emplace(std::move(*made));
  in_memory_ = true;
  if (auto done = update_index(*index_, layout_.records(), limit); !done) return base::fail(done.error());
  return &*index_;
}

// Who finds the lock taken leaves it to its owner; the journal belongs to the index and must go with it.
void FileHistoryStore::discard_damaged_index() {
  index_.reset();
  const auto lock = FileLock::take(layout_.index_lock());
  if (!lock || RecordIndex::is_whole(layout_.index(), kReaderPatience)) return;  // another process was faster
  std::error_code error;
  fs::remove(layout_.index().string() + "-journal", error);
  fs::remove(layout_.index(), error);
}

template <class Question>
auto FileHistoryStore::ask(Question question) -> decltype(question(std::declval<RecordIndex&>())) {
  for (bool again = true;; again = false) {
    const auto known = index();
    if (!known) return base::fail(known.error().within("cannot read " + name()));
    auto answer = question(**known);
    if (answer || answer.error().kind != ErrorKind::data || !again) return answer;
    discard_damaged_index();
  }
}

base::Result<std::vector<Row>> FileHistoryStore::rows(const Selection& selection) {
  return ask([&](RecordIndex& index) { return index.rows(selection); });
}

base::Result<base::Json> FileHistoryStore::document(const std::string& id) {
  if (index_) {
    // Without looking for what is new: who reads a thousand documents would do so a thousand times. What was moved or
    // replaced since is not there any more.
    const auto known = index_->place_of(id);
    if (known && *known) {
      if (auto document = read_document(layout_.record(**known))) return document;
    }
  }
  const auto place = ask([&](RecordIndex& index) { return index.place_of(id); });
  if (!place) return base::fail(place.error());
  if (!*place) return base::fail(ErrorKind::data, name() + " has no record " + id);
  return read_document(layout_.record(**place));
}

base::Result<std::size_t> FileHistoryStore::prune(base::TimePoint now, history::Retention retention) {
  std::error_code error;
  if (!fs::exists(layout_.records(), error)) return std::size_t{0};
  const auto lock = FileLock::take(layout_.removal_lock());
  if (!lock && lock.error().kind == ErrorKind::timeout) return std::size_t{0};  // another process is at it
  if (!lock) return base::fail(lock.error());
  if (auto ended = end_removal(layout_); !ended) return base::fail(ended.error());
  const auto replaced = ask([](RecordIndex& index) { return index.replaced(); });
  if (!replaced) return base::fail(replaced.error());
  for (const auto& place : *replaced) fs::remove(layout_.record(place), error);

  const auto days = ask([](RecordIndex& index) { return index.series_days(); });
  if (!days) return base::fail(days.error());
  std::size_t removed = 0;
  for (const auto& [date, of_date] : days_to_remove(*days, now, retention)) {
    const auto count = remove(*index_, date, of_date);
    if (!count) return base::fail(count.error());
    removed += *count;
  }
  return removed;
}

base::Result<std::size_t> FileHistoryStore::remove(RecordIndex& index, const std::string& date,
                                                   const std::vector<SeriesDay>& days) {
  RemovalOfDay removal{date, {}, {}};
  for (const auto& day : days) {
    auto selection = runs_of(day.series);
    selection.since = day.day;
    selection.until = day.day + kDay;
    const auto rows = index.rows(selection);
    if (!rows) return base::fail(rows.error());
    const auto places = index.places_of(day);
    if (!places) return base::fail(places.error());
    if (rows->empty()) continue;
    removal.fresh.push_back(summarise(*rows));
    removal.places.insert(removal.places.end(), places->begin(), places->end());
  }
  if (auto done = remove_day(layout_, removal); !done) return base::fail(done.error());
  return removal.places.size();
}

base::Result<std::vector<Day>> FileHistoryStore::days(const Selection& selection) {
  std::set<std::string, std::greater<>> dates;
  std::error_code error;
  for (fs::directory_iterator file(layout_.days(), error), end; !error && file != end; file.increment(error)) {
    const auto date = file->path().stem().string();
    if (file->path().extension() != ".json" || date.starts_with('.')) continue;
    if (selection.since && date < date_of(*selection.since)) continue;
    if (selection.until && date > date_of(*selection.until - base::Duration(1))) continue;
    dates.insert(date);
  }
  std::vector<Day> days;
  for (const auto& date : dates) {
    for (auto& day : read_day(layout_, date)) {
      if (selects(selection, day.series) && (selection.limit == 0 || days.size() < selection.limit))
        days.push_back(std::move(day));
    }
  }
  return days;
}

}  // namespace ci::history_store
