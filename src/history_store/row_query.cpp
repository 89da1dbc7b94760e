#include "history_store/row_query.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "history_store/conditions.hpp"
#include "history_store/row_texts.hpp"

namespace ci::history_store {
namespace {

Row read_row(const Statement& answer) {
  Row row;
  row.id = answer.text(0);
  row.repository = answer.text(1);
  row.workflow = answer.text(2);
  row.job = answer.text(3);
  row.matrix = answer.text(4);
  row.step = answer.text(5);
  row.run_id = answer.text(6);
  row.run_attempt = static_cast<int>(answer.integer(7));
  row.branch = answer.text(8);
  row.commit_sha = answer.text(9);
  row.status = job_status(answer.text(10)).value_or(history::JobStatus::pending);
  if (!answer.is_null(11)) row.exit_code = static_cast<int>(answer.integer(11));
  row.started_at = base::TimePoint(base::Duration(answer.integer(12)));
  row.seconds = answer.number(13);
  row.os = answer.text(14);
  row.architecture = answer.text(15);
  row.image = answer.text(16);
  row.image_version = answer.text(17);
  row.tier = answer.text(18);
  row.caches = answer.text(19);
  row.metrics = metrics_in(answer.text(20));
  row.failed_steps = steps_in(answer.text(21));
  return row;
}

void bind(Statement& statement, const std::vector<Conditions::Value>& values) {
  int place = 0;
  for (const auto& value : values) {
    ++place;
    if (const auto* text = std::get_if<std::string>(&value)) {
      statement.bind(place, *text);
    } else if (const auto* time = std::get_if<base::TimePoint>(&value)) {
      statement.bind(place, static_cast<std::int64_t>(time->time_since_epoch().count()));
    } else {
      statement.bind(place, std::get<std::int64_t>(value));
    }
  }
}

}  // namespace

std::string placeholders(int count) {
  return base::join(std::vector<std::string>(static_cast<std::size_t>(count), "?"), ", ");
}

void bind_row(Statement& statement, int first, const Row& row) {
  int place = first;
  for (const auto* text : {&row.id, &row.repository, &row.workflow, &row.job, &row.matrix, &row.step, &row.run_id})
    statement.bind(place++, *text);
  statement.bind(place++, std::int64_t{row.run_attempt});
  for (const auto* text : {&row.branch, &row.commit_sha}) statement.bind(place++, *text);
  statement.bind(place++, history::word(row.status));
  if (row.exit_code) {
    statement.bind(place++, std::int64_t{*row.exit_code});
  } else {
    statement.bind(place++, nullptr);
  }
  statement.bind(place++, static_cast<std::int64_t>(row.started_at.time_since_epoch().count()));
  statement.bind(place++, row.seconds);
  for (const auto* text : {&row.os, &row.architecture, &row.image, &row.image_version, &row.tier, &row.caches})
    statement.bind(place++, *text);
  statement.bind(place++, metrics_text(row.metrics));
  statement.bind(place, steps_text(row.failed_steps));
}

base::Result<std::vector<Row>> select_rows(const Database& database, const Selection& selection) {
  const Conditions conditions(selection, Conditions::Placeholders::marks);
  auto sql = fmt::format("SELECT {} FROM records WHERE found{} ORDER BY started_at DESC, id DESC", kRowColumns,
                         conditions.text());
  if (selection.limit > 0) sql += fmt::format(" LIMIT {}", selection.limit);
  auto statement = database.prepare(sql);
  if (!statement) return base::fail(statement.error());
  bind(*statement, conditions.values());
  std::vector<Row> rows;
  for (;;) {
    const auto more = statement->step();
    if (!more) return base::fail(more.error());
    if (!*more) return rows;
    rows.push_back(read_row(*statement));
  }
}

}  // namespace ci::history_store
