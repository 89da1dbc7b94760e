#include "history_store/row_query.hpp"

#include <fmt/format.h>

#include <variant>

#include "base/json.hpp"
#include "base/text.hpp"

namespace ci::history_store {
namespace {

using base::Json;

std::string metrics_text(const std::map<std::string, Measure>& metrics) {
  Json json = Json::object();
  for (const auto& [name, measure] : metrics) json.set(name, Json::array().push(measure.value).push(measure.unit));
  return json.compact();
}

std::map<std::string, Measure> metrics_of(const std::string& text) {
  std::map<std::string, Measure> metrics;
  const auto json = base::parse_json(text);
  if (!json) return metrics;
  for (const auto& [name, pair] : json->members()) {
    if (pair.items().size() == 2) metrics[name] = {pair.items()[0].as_number(), pair.items()[1].as_string()};
  }
  return metrics;
}

std::string steps_text(const std::vector<std::string>& steps) {
  if (steps.empty()) return "";
  Json json = Json::array();
  for (const auto& step : steps) json.push(step);
  return json.compact();
}

std::vector<std::string> steps_of(const std::string& text) {
  std::vector<std::string> steps;
  const auto json = text.empty() ? base::Result<Json>(Json::array()) : base::parse_json(text);
  if (!json) return steps;
  for (const auto& step : json->items()) steps.push_back(step.as_string());
  return steps;
}

Row read_row(const Statement& answer) {
  Row row;
  row.id = answer.text(0);
  row.repository = answer.text(1);
  row.workflow = answer.text(2);
  row.job = answer.text(3);
  row.matrix = answer.text(4);
  row.run_id = answer.text(5);
  row.run_attempt = static_cast<int>(answer.integer(6));
  row.branch = answer.text(7);
  row.commit_sha = answer.text(8);
  row.status = job_status(answer.text(9)).value_or(history::JobStatus::pending);
  if (!answer.is_null(10)) row.exit_code = static_cast<int>(answer.integer(10));
  row.started_at = base::TimePoint(base::Duration(answer.integer(11)));
  row.seconds = answer.number(12);
  row.os = answer.text(13);
  row.architecture = answer.text(14);
  row.image = answer.text(15);
  row.image_version = answer.text(16);
  row.tier = answer.text(17);
  row.caches = answer.text(18);
  row.metrics = metrics_of(answer.text(19));
  row.failed_steps = steps_of(answer.text(20));
  return row;
}

// The conditions of a selection, with the values of their placeholders in order.
class Conditions {
 public:
  explicit Conditions(const Selection& selection) {
    equal("job", selection.job);
    equal("repository", selection.repository);
    equal("workflow", selection.workflow);
    equal("matrix", selection.matrix);
    equal("run_id", selection.run_id);
    if (selection.run_attempt) add("run_attempt = ?", std::int64_t{*selection.run_attempt});
    equal("branch", selection.branch);
    equal("commit_sha", selection.commit_sha);
    equal("os", selection.os);
    equal("architecture", selection.architecture);
    equal("image", selection.image);
    equal("image_version", selection.image_version);
    equal("tier", selection.tier);
    equal("caches", selection.caches);
    if (!selection.statuses.empty()) {
      text_ += fmt::format(" AND status IN ({})", placeholders(static_cast<int>(selection.statuses.size())));
      for (const auto status : selection.statuses) values_.emplace_back(std::string(history::word(status)));
    }
    if (!selection.id_prefix.empty()) {
      add("id >= ?", selection.id_prefix);
      add("id < ?", selection.id_prefix + "\x7F");  // ids are ASCII
    }
    if (selection.since) add("started_at >= ?", selection.since->time_since_epoch().count());
    if (selection.until) add("started_at < ?", selection.until->time_since_epoch().count());
  }

  [[nodiscard]] const std::string& text() const { return text_; }

  void bind(Statement& statement) const {
    int place = 0;
    for (const auto& value : values_) {
      ++place;
      if (const auto* text = std::get_if<std::string>(&value)) {
        statement.bind(place, *text);
      } else {
        statement.bind(place, std::get<std::int64_t>(value));
      }
    }
  }

 private:
  using Value = std::variant<std::string, std::int64_t>;

  void add(const char* condition, Value value) {
    text_ += fmt::format(" AND {}", condition);
    values_.push_back(std::move(value));
  }
  void equal(const char* column, const std::optional<std::string>& value) {
    if (!value) return;
    text_ += fmt::format(" AND {} = ?", column);
    values_.emplace_back(*value);
  }

  std::string text_ = "found";
  std::vector<Value> values_;
};

}  // namespace

std::string placeholders(int count) {
  return base::join(std::vector<std::string>(static_cast<std::size_t>(count), "?"), ", ");
}

void bind_row(Statement& statement, int first, const Row& row) {
  int place = first;
  for (const auto* text : {&row.id, &row.repository, &row.workflow, &row.job, &row.matrix, &row.run_id})
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
  const Conditions conditions(selection);
  auto sql =
      fmt::format("SELECT {} FROM records WHERE {} ORDER BY started_at DESC, id DESC", kRowColumns, conditions.text());
  if (selection.limit > 0) sql += fmt::format(" LIMIT {}", selection.limit);
  auto statement = database.prepare(sql);
  if (!statement) return base::fail(statement.error());
  conditions.bind(*statement);
  std::vector<Row> rows;
  for (;;) {
    const auto more = statement->step();
    if (!more) return base::fail(more.error());
    if (!*more) return rows;
    rows.push_back(read_row(*statement));
  }
}

}  // namespace ci::history_store
