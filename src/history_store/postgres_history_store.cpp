#include "history_store/postgres_history_store.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "history_store/index_update.hpp"
#include "history_store/postgres_rows.hpp"
#include "history_store/postgres_schema.hpp"

namespace ci::history_store {
namespace {

using base::ErrorKind;
using platform::Monotonic;

constexpr const char* kUniqueViolation = "23505";
constexpr const char* kPruneLock = "7163379211089571178";  // next to that of the migrations

// What is left of a call's time must be enough for another day, or prune() goes on the next time.
constexpr base::Duration kTimeForADay = std::chrono::seconds(2);

PostgresStatement query_of_series_days(const std::string& prefix) {
  return {
      fmt::format("SELECT repository, workflow, job, matrix, step,"
                  " extract(epoch from date_trunc('day', started_at AT TIME ZONE 'UTC'))::bigint AS day, count(*)"
                  " FROM {}records GROUP BY repository, workflow, job, matrix, step, day"
                  " ORDER BY repository, workflow, job, matrix, step, day DESC",
                  prefix)};
}

std::vector<SeriesDay> series_days_in(const PostgresAnswer& answer) {
  std::vector<SeriesDay> days;
  for (int i = 0; i < answer.rows(); ++i) {
    days.push_back({{answer.text(i, 0), answer.text(i, 1), answer.text(i, 2), answer.text(i, 3), answer.text(i, 4)},
                    base::TimePoint(std::chrono::seconds(answer.integer(i, 5))),
                    static_cast<std::size_t>(answer.integer(i, 6))});
  }
  return days;
}

// Dates and keys have nothing that would need quotes in an array.
std::string array_of(const std::vector<std::string>& texts) {
  return "{" + base::join(texts, ",") + "}";
}

PostgresStatement upsert_of_day(const std::string& prefix, const Day& day) {
  return {fmt::format(
              "INSERT INTO {}days AS kept (date, series_key, repository, workflow, job, matrix, step, runs, successes,"
              " document) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (date, series_key) DO UPDATE"
              " SET runs = EXCLUDED.runs, successes = EXCLUDED.successes, document = EXCLUDED.document",
              prefix),
          {day.date, postgres_key(day.series), day.series.repository, day.series.workflow, day.series.job,
           day.series.matrix, day.series.step, std::to_string(day.runs), std::to_string(day.successes),
           to_json(day).compact()}};
}

}  // namespace

base::Error PostgresHistoryStore::error(std::string_view what, const PostgresFailure& failure) const {
  return failure.error.within(fmt::format("cannot {} {}", what, name()));
}

PostgresResult<bool> PostgresHistoryStore::prepare(Purpose purpose, Monotonic end) {
  if (!connection_) {
    auto opened = PostgresConnection::open(location_, clock_, end);
    if (!opened) return tl::unexpected(opened.error());
    connection_.emplace(std::move(*opened));
    version_ = 0;
  }
  if (version_ == 0) {
    const auto version = postgres_version_of(*connection_, location_.schema_prefix, end);
    if (!version) return tl::unexpected(version.error());
    version_ = *version;
  }
  if (purpose == Purpose::write && version_ < postgres_schema_version()) {
    if (auto done = migrate_postgres(*connection_, location_.schema_prefix, end); !done)
      return tl::unexpected(done.error());
    version_ = postgres_schema_version();
  }
  return version_ > 0;
}

PostgresResult<PostgresHistoryStore::Answers> PostgresHistoryStore::run(
    const std::vector<PostgresStatement>& statements, Purpose purpose, Monotonic end) {
  return carry_out([&](int) { return statements; }, purpose, end);
}

PostgresResult<PostgresHistoryStore::Answers> PostgresHistoryStore::ask(
    const std::function<PostgresStatement(int version)>& query, Monotonic end) {
  return carry_out([&](int version) { return std::vector{query(version)}; }, Purpose::read, end);
}

PostgresResult<PostgresHistoryStore::Answers> PostgresHistoryStore::carry_out(
    const std::function<std::vector<PostgresStatement>(int version)>& statements, Purpose purpose, Monotonic end) {
  for (;;) {
    const bool is_old = connection_.has_value();
    const auto ready = prepare(purpose, end);
    if (ready && !*ready) return Answers();
    auto answers =
        ready ? connection_->run(statements(version_), end) : PostgresResult<Answers>(tl::unexpected(ready.error()));
    if (answers) return answers;
    const bool was_lost = !connection_ || connection_->is_lost();
    connection_.reset();  // whatever is open in it is undone
    if (!is_old || !was_lost) return answers;
  }
}

base::Result<void> PostgresHistoryStore::put(const base::Json& document) {
  const auto row = row_of(document);
  if (!row) return base::fail(row.error());
  const auto kept =
      run(statements_to_put(location_.schema_prefix, document, *row), Purpose::write, clock_.monotonic() + patience_);
  if (kept) return {};
  if (kept.error().state == kUniqueViolation)
    return base::fail(ErrorKind::data, "another run has a record with the id " + row->id);
  return base::fail(error("keep the record in", kept.error()));
}

base::Result<std::vector<Row>> PostgresHistoryStore::rows(const Selection& selection) {
  const auto answers = ask([&](int version) { return query_of_rows(location_.schema_prefix, version, selection); },
                           clock_.monotonic() + patience_);
  if (!answers) return base::fail(error("read", answers.error()));
  return answers->empty() ? std::vector<Row>() : rows_in(answers->front());
}

base::Result<base::Json> PostgresHistoryStore::document(const std::string& id) {
  const auto answers =
      run({{fmt::format("SELECT CASE WHEN octet_length(document) <= {} THEN document END FROM {}records"
                        " WHERE id = $1",
                        kLongestRecord, location_.schema_prefix),
            {postgres_text(id)}}},
          Purpose::read, clock_.monotonic() + patience_);
  if (!answers) return base::fail(error("read", answers.error()));
  if (answers->empty() || answers->front().rows() == 0)
    return base::fail(ErrorKind::data, fmt::format("{} has no record {}", name(), id));
  if (answers->front().is_null(0, 0))
    return base::fail(ErrorKind::data, fmt::format("the record {} of {} is too long", id, name()));
  return base::parse_json(answers->front().text(0, 0));
}

base::Result<std::size_t> PostgresHistoryStore::prune(base::TimePoint now, history::Retention retention) {
  const auto end = clock_.monotonic() + patience_;
  // Where there are no tables none are made.
  const auto there = run({{"SELECT 1"}}, Purpose::read, end);
  if (!there) return base::fail(error("prune", there.error()));
  if (there->empty()) return std::size_t{0};
  const auto known = run({query_of_series_days(location_.schema_prefix)}, Purpose::write, end);
  if (!known) return base::fail(error("prune", known.error()));
  std::size_t removed = 0;
  for (const auto& [date, days] : days_to_remove(series_days_in(known->front()), now, retention)) {
    if (removed > 0 && end - clock_.monotonic() < kTimeForADay) break;
    const auto count = remove(date, days, end);
    if (!count) {
      connection_.reset();  // with it ends the transaction
      return base::fail(error("prune", count.error()));
    }
    removed += *count;
  }
  return removed;
}

PostgresResult<std::size_t> PostgresHistoryStore::remove(const std::string& date, const std::vector<SeriesDay>& days,
                                                         Monotonic end) {
  const auto& prefix = location_.schema_prefix;
  Selection of_date;
  of_date.since = days.front().day;
  of_date.until = days.front().day + kDay;
  const auto begun = connection_->run({{"BEGIN"},
                                       {"SELECT pg_advisory_xact_lock($1::bigint)", {kPruneLock}},
                                       {fmt::format("SELECT document FROM {}days WHERE date = $1", prefix), {date}},
                                       query_of_rows(prefix, version_, of_date, Locking::for_removal)},
                                      end);
  if (!begun) return tl::unexpected(begun.error());

  std::map<Series, std::vector<Row>> going;
  for (const auto& day : days) going[day.series];
  const auto rows = rows_in(begun->at(3));
  const auto row_keys = keys_in(begun->at(3));
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto series = going.find(series_of(rows[i]));
    if (series == going.end()) continue;
    series->second.push_back(rows[i]);
    keys.push_back(row_keys[i]);
  }

  std::map<Series, Day> earlier;
  for (int i = 0; i < begun->at(2).rows(); ++i) {
    const auto json = base::parse_json(begun->at(2).text(i, 0));
    if (auto day = json ? day_of(*json) : base::Result<Day>(base::fail(json.error()))) earlier[day->series] = *day;
  }
  std::vector<PostgresStatement> statements;
  for (const auto& [series, its_rows] : going) {
    if (its_rows.empty()) continue;  // another process was faster
    const auto fresh = summarise(its_rows);
    const auto known = earlier.find(series);
    statements.push_back(upsert_of_day(prefix, known == earlier.end() ? fresh : merge(known->second, fresh)));
  }
  statements.push_back(
      {fmt::format("DELETE FROM {}records WHERE run_key = ANY ($1::char(64)[])", prefix), {array_of(keys)}});
  statements.push_back({"COMMIT"});
  const auto done = connection_->run(statements, end);
  return done ? PostgresResult<std::size_t>(keys.size()) : tl::unexpected(done.error());
}

base::Result<std::vector<Day>> PostgresHistoryStore::days(const Selection& selection) {
  const auto answers = ask([&](int version) { return query_of_days(location_.schema_prefix, version, selection); },
                           clock_.monotonic() + patience_);
  if (!answers) return base::fail(error("read", answers.error()));
  std::vector<Day> days;
  if (answers->empty()) return days;
  for (int i = 0; i < answers->front().rows(); ++i) {
    const auto json = base::parse_json(answers->front().text(i, 0));
    if (auto day = json ? day_of(*json) : base::Result<Day>(base::fail(json.error()))) days.push_back(std::move(*day));
  }
  return days;
}

}  // namespace ci::history_store
