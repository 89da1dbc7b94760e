#include "history_store/postgres_rows.hpp"

#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "history_store/conditions.hpp"
#include "history_store/daily.hpp"
#include "history_store/postgres_schema.hpp"
#include "history_store/row_texts.hpp"

namespace ci::history_store {
namespace {

using base::Json;
using Values = std::vector<std::optional<std::string>>;

constexpr std::size_t kLongestName = 1024;  // two of them and a time fit into an index entry
constexpr const char* kColumns =
    "id, repository, workflow, job, matrix, step, run_id, run_attempt, branch, commit_sha, status, exit_code, "
    "started_at, "
    "seconds, os, architecture, image, image_version, tier, caches, failed_steps";

Values values_of(const Row& row) {
  Values values{row.id,
                postgres_name(row.repository),
                postgres_name(row.workflow),
                postgres_name(row.job),
                postgres_text(row.matrix),
                postgres_name(row.step),
                postgres_name(row.run_id),
                std::to_string(row.run_attempt),
                postgres_name(row.branch),
                postgres_name(row.commit_sha),
                std::string(history::word(row.status))};
  values.push_back(row.exit_code ? std::optional(std::to_string(*row.exit_code)) : std::nullopt);
  values.push_back(base::to_rfc3339(row.started_at));
  values.push_back(Json(row.seconds).compact());
  for (const auto* text : {&row.os, &row.architecture, &row.image, &row.image_version, &row.tier, &row.caches})
    values.push_back(postgres_text(*text));
  Json steps = Json::array();
  for (const auto& step : row.failed_steps) steps.push(postgres_text(step));
  values.push_back(steps.compact());
  return values;
}

std::string metrics_json(const std::map<std::string, Measure>& metrics) {
  Json array = Json::array();
  for (const auto& [name, measure] : metrics) {
    array.push(Json::array().push(postgres_name(name)).push(measure.value).push(postgres_text(measure.unit)));
  }
  return array.compact();
}

// The selection with its texts as the columns have them.
Selection as_columns(Selection selection) {
  for (auto* name : {&selection.repository, &selection.workflow, &selection.job, &selection.step, &selection.run_id,
                     &selection.branch, &selection.commit_sha}) {
    if (*name) *name = postgres_name(**name);
  }
  for (auto* text : {&selection.matrix, &selection.os, &selection.architecture, &selection.image,
                     &selection.image_version, &selection.tier, &selection.caches}) {
    if (*text) *text = postgres_text(**text);
  }
  selection.id_prefix = postgres_text(selection.id_prefix);
  return selection;
}

std::string text_of(const Conditions::Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* time = std::get_if<base::TimePoint>(&value)) return base::to_rfc3339(*time);
  return std::to_string(std::get<std::int64_t>(value));
}

std::string limited(std::size_t limit) {
  return limit > 0 ? fmt::format(" LIMIT {}", limit) : "";
}

}  // namespace

std::string postgres_text(std::string_view text) {
  return base::replace_all(base::valid_utf8(text), std::string_view("\0", 1), "\xE2\x90\x80");
}

std::string postgres_name(std::string_view text) {
  return std::string(base::truncate_utf8(postgres_text(text), kLongestName));
}

std::string postgres_key(const Row& row) {
  return base::hex(base::sha256(identity(row)));
}

std::string postgres_key(const Series& series) {
  return base::hex(base::sha256(canonical_text(series)));
}

std::vector<PostgresStatement> statements_to_put(const std::string& schema_prefix, const Json& document,
                                                 const Row& row) {
  const auto key = postgres_key(row);
  auto values = values_of(row);
  const auto columns = base::split(kColumns, ',');
  std::vector<std::string> places;
  std::vector<std::string> updates;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const bool is_steps = i + 1 == columns.size();
    places.push_back(
        fmt::format(fmt::runtime(is_steps ? "ARRAY(SELECT json_array_elements_text(${}::json))" : "${}"), i + 1));
    updates.push_back(fmt::format("{0} = EXCLUDED.{0}", base::trim(columns[i])));
  }
  values.emplace_back(document.compact());
  values.emplace_back(key);
  const auto sql = fmt::format(
      "INSERT INTO {}records AS kept ({}, document, run_key) VALUES ({}, ${}, ${}) ON CONFLICT (run_key) DO UPDATE SET "
      "{},"
      " document = EXCLUDED.document",
      schema_prefix, kColumns, base::join(places, ", "), values.size() - 1, values.size(), base::join(updates, ", "));
  return {{sql, std::move(values)},
          {fmt::format("DELETE FROM {}metrics WHERE run_key = $1", schema_prefix), {key}},
          {fmt::format("INSERT INTO {}metrics (run_key, name, value, unit) SELECT $1, metric ->> 0,"
                       " (metric ->> 1)::double precision, metric ->> 2 FROM json_array_elements($2::json) AS metric"
                       " ON CONFLICT DO NOTHING",
                       schema_prefix),
           {key, metrics_json(row.metrics)}}};
}

PostgresStatement query_of_rows(const std::string& schema_prefix, int version, const Selection& selection,
                                Locking locking) {
  const Conditions conditions(as_columns(selection), Conditions::Placeholders::numbers);
  PostgresStatement query;
  query.sql = fmt::format(
      "SELECT {0}, (SELECT json_object_agg(name, json_build_array(value, unit)) FROM {1}metrics"
      " WHERE metrics.run_key = records.run_key), array_to_json(failed_steps), (extract(epoch from started_at) *"
      " 1000000)::bigint, run_key FROM {5} WHERE TRUE{2} ORDER BY started_at DESC, id DESC{3}{4}",
      kColumns, schema_prefix, conditions.text(), limited(selection.limit),
      locking == Locking::for_removal ? " FOR UPDATE" : "", postgres_table(schema_prefix, "records", version));
  for (const auto& value : conditions.values()) query.values.emplace_back(text_of(value));
  return query;
}

std::vector<Row> rows_in(const PostgresAnswer& answer) {
  std::vector<Row> rows;
  rows.reserve(static_cast<std::size_t>(answer.rows()));
  for (int i = 0; i < answer.rows(); ++i) {
    Row row;
    int column = 0;
    for (auto* text : {&row.id, &row.repository, &row.workflow, &row.job, &row.matrix, &row.step, &row.run_id})
      *text = answer.text(i, column++);
    row.run_attempt = static_cast<int>(answer.integer(i, column++));
    for (auto* text : {&row.branch, &row.commit_sha}) *text = answer.text(i, column++);
    row.status = job_status(answer.text(i, column++)).value_or(history::JobStatus::pending);
    if (!answer.is_null(i, column)) row.exit_code = static_cast<int>(answer.integer(i, column));
    column += 2;  // the time comes as a number below
    row.seconds = answer.number(i, column++);
    for (auto* text : {&row.os, &row.architecture, &row.image, &row.image_version, &row.tier, &row.caches})
      *text = answer.text(i, column++);
    ++column;  // the steps come as JSON below
    row.metrics = metrics_in(answer.text(i, column++));
    row.failed_steps = steps_in(answer.text(i, column++));
    row.started_at = base::TimePoint(base::Duration(answer.integer(i, column)));
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<std::string> keys_in(const PostgresAnswer& answer) {
  const int column = static_cast<int>(base::split(kColumns, ',').size()) + 3;
  std::vector<std::string> keys;
  for (int i = 0; i < answer.rows(); ++i) keys.push_back(answer.text(i, column));
  return keys;
}

PostgresStatement query_of_days(const std::string& schema_prefix, int version, const Selection& selection) {
  Selection series;
  series.repository = selection.repository;
  series.workflow = selection.workflow;
  series.job = selection.job;
  series.matrix = selection.matrix;
  series.step = selection.step;
  const Conditions conditions(as_columns(series), Conditions::Placeholders::numbers);
  PostgresStatement query;
  query.sql = fmt::format("SELECT document FROM {} WHERE TRUE{}", postgres_table(schema_prefix, "days", version),
                          conditions.text());
  for (const auto& value : conditions.values()) query.values.emplace_back(text_of(value));
  const auto add = [&](const char* condition, const std::string& date) {
    query.values.emplace_back(date);
    query.sql += fmt::format(" AND date {} ${}", condition, query.values.size());
  };
  if (selection.since) add(">=", date_of(*selection.since));
  if (selection.until) add("<=", date_of(*selection.until - base::Duration(1)));
  query.sql += " ORDER BY date DESC, repository, workflow, job, matrix, step" + limited(selection.limit);
  return query;
}

}  // namespace ci::history_store
