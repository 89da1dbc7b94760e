#include "cli/command_parser.hpp"

#include <tuple>

namespace ci::cli {

void CommandParser::add_history() {
  history_command_ = app_.add_subcommand("history", "Records of earlier runs");
  add_kept_history();
  auto& order = line_.history_export;
  auto* sub = add_command(history_command_, "export", "Give records to Prometheus, OpenTelemetry or a trace viewer",
                          CommandName::history_export);
  sub->add_option("--format", export_format_,
                  "prometheus, prometheus-history, otlp, trace, rules (alerts), json or csv")
      ->type_name("FORMAT")
      ->required();
  auto* endpoint = sub->add_option("--endpoint", order.endpoint,
                                   "Send it there: a Pushgateway (prometheus), VictoriaMetrics (prometheus-history) "
                                   "or a receiver of OTLP/HTTP (otlp)")
                       ->type_name("URL");
  sub->add_option("-o,--output", line_.output, "Put it in place of FILE, in one step")
      ->type_name("FILE")
      ->excludes(endpoint);
  auto* history = sub->add_option("--history", order.history, "The records that are kept there: file:DIR");
  history->type_name("STORE");
  sub->add_option("--since", export_since_, "Of these, runs that are no older")->type_name("DURATION")->needs(history);
  sub->add_option("--deadline", export_time_, "The most that reading or sending may take (60s)")->type_name("DURATION");
  sub->add_option("records", line_.arguments, "A record's file, a folder of records or of a file: history store, or -")
      ->type_name("RECORD")
      ->excludes(history);
}

void CommandParser::add_kept_history() {
  for (const auto& [name, description, command] :
       {std::tuple("list", "List runs, the newest first", CommandName::history_list),
        std::tuple("show", "Show the record of a run", CommandName::history_show),
        std::tuple("changes", "Name the runs with which a job became slower or faster", CommandName::history_changes),
        std::tuple("flaky", "Name the jobs that both failed and passed on one commit", CommandName::history_flaky),
        std::tuple("import", "Put the records of files into the store", CommandName::history_import),
        std::tuple("prune", "Roll up and remove old records", CommandName::history_prune)}) {
    auto* sub = add_command(history_command_, name, description, command);
    sub->add_option("--history,--store", history_,
                    "Where records are kept: git:BRANCH, s3://BUCKET/FOLDER, postgresql://URL or file:DIR")
        ->type_name("STORE");
    if (command == CommandName::history_import || command == CommandName::history_prune) {
      sub->add_flag("--dry-run", line_.dry_run, "Only say what would be done");
    } else {
      add_history_filters(sub);
    }
  }
  auto* list = history_command_->get_subcommand("list");
  list->add_option("--limit", line_.history.filters.limit, "So many at most (20); 0 = all")->type_name("N");
  list->add_flag("--days", line_.history.days, "What was rolled up of older days instead");
  auto* changes = history_command_->get_subcommand("changes");
  changes->add_option("--limit", line_.history.filters.limit, "So many of the newest runs are looked at (1000)")
      ->type_name("N");
  changes->add_option("--metric", line_.history.metric, "What is compared: seconds, or a metric of the records")
      ->type_name("NAME");
  history_command_->get_subcommand("show")
      ->add_option("id", line_.arguments, "The record's id, its beginning, or latest")
      ->required()
      ->expected(1);
  history_command_->get_subcommand("import")
      ->add_option("files", line_.arguments, "Records as JSON: one, an array, or one a line")
      ->type_name("FILE")
      ->required();
  auto* prune = history_command_->get_subcommand("prune");
  prune->add_option("--keep-days", line_.history.keep_days, "Younger records stay (30)")
      ->type_name("N")
      ->check(CLI::NonNegativeNumber);
  prune->add_option("--keep-runs", line_.history.keep_runs, "So many of the newest of each series stay (50)")
      ->type_name("N")
      ->check(CLI::NonNegativeNumber);
}

void CommandParser::add_history_filters(CLI::App* sub) {
  auto& filters = line_.history.filters;
  sub->add_option("--repository", filters.repository, "Only runs of OWNER/NAME")->type_name("NAME");
  sub->add_option("--workflow", filters.workflow, "Only runs of this workflow")->type_name("NAME");
  sub->add_option("--job", filters.job, "Only runs of this job")->type_name("NAME");
  sub->add_option("--matrix", filters.matrix, "Only runs with these matrix values, all of them; may be repeated")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  sub->add_option("--step", filters.step, "Only runs of this step, as GITHUB_ACTION names it")->type_name("NAME");
  sub->add_option("--branch", filters.branch, "Only runs on this branch")->type_name("NAME");
  sub->add_option("--commit", filters.commit, "Only runs of this commit")->type_name("SHA");
  sub->add_option("--run", filters.run, "Only jobs of this run")->type_name("ID");
  sub->add_option("--status", filters.statuses, "Only runs that ended so; may be repeated")
      ->type_name("STATUS")
      ->allow_extra_args(false);
  sub->add_option("--since", filters.since, "Only runs that began then or later: 7d, 2026-11-21, RFC 3339")
      ->type_name("TIME");
  sub->add_option("--until", filters.until, "Only runs that began before")->type_name("TIME");
}

void CommandParser::add_report() {
  report_command_ = app_.add_subcommand("report", "Render records again: for a terminal, or as html, summary or check");
  report_command_->callback([this] {
    const bool is_asked = !line_.arguments.empty() || history_;
    const bool is_terminal = report_command_->get_subcommands().empty() && is_asked;
    if (is_terminal) line_.command = CommandName::report_terminal;
  });
  report_command_->require_subcommand(0, 1);
  const char* const records = "Files of records, or folders of them";
  const char* const record = "Files of records, or folders of them; with --history a run's id, a record's, or latest";
  report_command_->add_option("record", line_.arguments, record)->type_name("RECORD");
  for (const auto& [name, description, command] :
       {std::tuple("html", "One page of HTML that needs nothing else; older records are its history",
                   CommandName::report_html),
        std::tuple("summary", "The Markdown of the job summary", CommandName::report_summary)}) {
    auto* sub = add_command(report_command_, name, description, command);
    sub->add_option("record", line_.arguments, record)->type_name("RECORD");
  }
  for (auto* command :
       {report_command_, report_command_->get_subcommand("html"), report_command_->get_subcommand("summary")}) {
    command->add_option("-o,--output", line_.output, "Write FILE instead of standard output")->type_name("FILE");
    command
        ->add_option("--history,--store", history_,
                     "The record of a store, and its history there: git:BRANCH, s3://BUCKET/FOLDER, postgresql://URL "
                     "or file:DIR")
        ->type_name("STORE");
  }
  auto* check = add_command(report_command_, "check", "Make the check runs of records, those of another run too",
                            CommandName::report_check);
  check->add_option("record", line_.arguments, records)->type_name("RECORD")->required();
  check->add_option("--check-name", check_name_, "The name of the check run, of one record")->type_name("NAME");
  check->add_flag("--dry-run", line_.dry_run, "Only say which there would be");
}

void CommandParser::add_doctor() {
  auto* sub = add_command(&app_, "doctor", "Say what is slow or unsafe in workflows and lacking on this machine",
                          CommandName::doctor);
  sub->add_option("path", line_.arguments, "A repository, a folder of workflows, or one file (.)")
      ->type_name("PATH")
      ->expected(0, 1);
  sub->add_option("--fail-on", line_.fail_on, "Exit with 1 when a finding is a note, warning or error, or worse")
      ->check(CLI::IsMember({"note", "warning", "error"}))
      ->type_name("LEVEL");
}

}  // namespace ci::cli
