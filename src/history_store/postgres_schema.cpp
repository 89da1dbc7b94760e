#include "history_store/postgres_schema.hpp"

#include <fmt/format.h>

#include <array>

#include "base/text.hpp"

namespace ci::history_store {
namespace {

// Among the advisory locks of a database, which are numbers that everybody chooses for himself: "cioptimi" in ASCII.
constexpr const char* kLock = "7163379211089571177";
constexpr const char* kUndefinedTable = "42P01";
constexpr int kVersionWithSteps = 2;
constexpr const char* kUndefinedSchema = "3F000";

// Migrations only ever add, in such a way that programs which know only the earlier ones go on working: repositories
// that share a database do not update on one day. SCHEMA. stands for the schema.
//
// A row of `records` is known by the SHA-256 of its identity(), whose parts may be too long for an index. Texts are
// compared as bytes, which no update of the system's languages changes. The document is text, because jsonb has no
// U+0000.
constexpr std::array kMigrations{
    R"(
CREATE TABLE SCHEMA.records (
  run_key char(64) PRIMARY KEY,
  id text COLLATE "C" NOT NULL UNIQUE,
  repository text COLLATE "C" NOT NULL,
  workflow text COLLATE "C" NOT NULL,
  job text COLLATE "C" NOT NULL,
  matrix text COLLATE "C" NOT NULL,
  run_id text COLLATE "C" NOT NULL,
  run_attempt integer NOT NULL,
  branch text COLLATE "C" NOT NULL,
  commit_sha text COLLATE "C" NOT NULL,
  status text COLLATE "C" NOT NULL,
  exit_code integer,
  started_at timestamptz NOT NULL,
  seconds double precision NOT NULL,
  os text COLLATE "C" NOT NULL,
  architecture text COLLATE "C" NOT NULL,
  image text COLLATE "C" NOT NULL,
  image_version text COLLATE "C" NOT NULL,
  tier text COLLATE "C" NOT NULL,
  caches text COLLATE "C" NOT NULL,
  failed_steps text[] NOT NULL,
  document text NOT NULL
);
CREATE INDEX records_by_time ON SCHEMA.records (started_at DESC, id DESC);
CREATE INDEX records_by_series ON SCHEMA.records (repository, job, started_at DESC, id DESC);
CREATE INDEX records_by_commit ON SCHEMA.records (commit_sha, started_at DESC);
CREATE TABLE SCHEMA.metrics (
  run_key char(64) NOT NULL REFERENCES SCHEMA.records ON DELETE CASCADE,
  name text COLLATE "C" NOT NULL,
  value double precision NOT NULL,
  unit text COLLATE "C" NOT NULL,
  PRIMARY KEY (run_key, name)
);
CREATE TABLE SCHEMA.days (
  date date NOT NULL,
  series_key char(64) NOT NULL,
  repository text COLLATE "C" NOT NULL,
  workflow text COLLATE "C" NOT NULL,
  job text COLLATE "C" NOT NULL,
  matrix text COLLATE "C" NOT NULL,
  runs bigint NOT NULL,
  successes bigint NOT NULL,
  document text NOT NULL,
  PRIMARY KEY (date, series_key)
))",
    // The step in a run's identity. What earlier programs write is of the step "".
    R"(
ALTER TABLE SCHEMA.records ADD COLUMN step text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE SCHEMA.days ADD COLUMN step text COLLATE "C" NOT NULL DEFAULT ''
)"};

std::string in_schema(std::string_view sql, const std::string& prefix) {
  return base::replace_all(sql, "SCHEMA.", prefix);
}

}  // namespace

int postgres_schema_version() {
  return static_cast<int>(kMigrations.size());
}

std::string postgres_table(const std::string& schema_prefix, std::string_view name, int version) {
  if (version >= kVersionWithSteps) return fmt::format("{}{}", schema_prefix, name);
  return fmt::format("(SELECT *, ''::text AS step FROM {0}{1}) AS {1}", schema_prefix, name);
}

PostgresResult<int> postgres_version_of(PostgresConnection& connection, const std::string& schema_prefix,
                                        platform::Monotonic end) {
  const auto answers =
      connection.run({{in_schema("SELECT coalesce(max(version), 0) FROM SCHEMA.migrations", schema_prefix)}}, end);
  if (answers) return static_cast<int>(answers->front().integer(0, 0));
  const auto& state = answers.error().state;
  if (state == kUndefinedTable || state == kUndefinedSchema) return 0;
  return tl::unexpected(answers.error());
}

PostgresResult<void> migrate_postgres(PostgresConnection& connection, const std::string& schema_prefix,
                                      platform::Monotonic end) {
  const auto begun = connection.run({{"BEGIN"}, {"SELECT pg_advisory_xact_lock($1::bigint)", {kLock}}}, end);
  if (!begun) return tl::unexpected(begun.error());
  // Asking first: making what is there already would need rights that its users need not have.
  const auto there = connection.run({{"SELECT to_regnamespace('ci_optimizer') IS NOT NULL, to_regclass($1) IS NOT NULL",
                                      {schema_prefix + "migrations"}}},
                                    end);
  if (!there) return tl::unexpected(there.error());
  std::vector<PostgresStatement> statements;
  if (!schema_prefix.empty() && there->front().text(0, 0) != "t") statements.push_back({"CREATE SCHEMA ci_optimizer"});
  std::size_t had = 0;
  if (there->front().text(0, 1) == "t") {
    const auto version = postgres_version_of(connection, schema_prefix, end);
    if (!version) return tl::unexpected(version.error());
    had = static_cast<std::size_t>(*version);
  } else {
    statements.push_back(
        {in_schema("CREATE TABLE SCHEMA.migrations (version integer PRIMARY KEY, carried_out_at"
                   " timestamptz NOT NULL DEFAULT now())",
                   schema_prefix)});
  }
  for (std::size_t number = had; number < kMigrations.size(); ++number) {
    for (const auto& statement : base::split(kMigrations.at(number), ';'))
      statements.push_back({in_schema(statement, schema_prefix)});
    statements.push_back({in_schema("INSERT INTO SCHEMA.migrations (version) VALUES ($1)", schema_prefix),
                          {std::to_string(number + 1)}});
  }
  statements.push_back({"COMMIT"});
  const auto done = connection.run(statements, end);
  if (done) return {};
  auto failure = done.error();
  if (had > 0 && failure.error.kind == base::ErrorKind::permission) {
    failure.error = failure.error.within("the tables lack a column");
    failure.error.hint = "let the role that made them run `ci-optimizer history prune` once with this version";
  }
  return tl::unexpected(std::move(failure));
}

}  // namespace ci::history_store
