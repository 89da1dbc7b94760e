#include "cli/command_line.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/text.hpp"
#include "cli/version.hpp"

namespace ci::cli {
namespace {

class Parser {
 public:
  Parser() : app_("Makes CI on GitHub Actions fast, bounded and self-explaining.", "ci-optimizer") {
    app_.require_subcommand(0, 1);
    app_.set_help_flag("-h,--help", "Show this help");
    app_.add_flag("--version", version_, "Show the version; with --verbose also what it was built from");
    app_.fallthrough();
    app_.add_option("--config", line_.config_file, "Configuration file (ci-optimizer.yml, .github/ci-optimizer.yml)")
        ->type_name("FILE");
    app_.add_flag("--json", line_.json, "Print one JSON document on standard output");
    app_.add_flag("-q,--quiet", quiet_, "Only warnings and errors");
    app_.add_flag("-v,--verbose", verbose_, "Also what the tools print");
    app_.add_option("--color", color_, "auto, always or never")
        ->check(CLI::IsMember({"auto", "always", "never"}))
        ->type_name("WHEN");
    app_.add_option("--log-file", line_.log_file, "Also write every message to FILE, as JSON Lines")->type_name("FILE");
    add_optimize();
    add_apt();
    add_cache();
    add_hash_files();
    add_key();
    add_history();
    add_smoke();
    add_doctor();
    add_report();
    add_command(&app_, "schema", "Print the JSON Schema of ci-optimizer.yml", CommandName::schema);
    add_internal();
  }

  base::Result<CommandLine> parse(std::vector<std::string> arguments) {
    if (std::find(arguments.begin(), arguments.end(), "hash-files") != arguments.end()) shield_patterns(arguments);
    std::reverse(arguments.begin(), arguments.end());
    try {
      app_.parse(arguments);
    } catch (const CLI::CallForHelp&) {
      line_.text = help();
      return line_;
    } catch (const CLI::ParseError& error) {
      return usage_error(error);
    }
    if (version_) {
      line_.text = version_text(verbose_ ? VersionDetail::full : VersionDetail::brief);
      return line_;
    }
    if (quiet_) line_.verbosity = platform::Verbosity::quiet;
    if (verbose_) line_.verbosity = platform::Verbosity::verbose;
    if (color_ == "always") line_.style = platform::Style::coloured;
    if (color_ == "never") line_.style = platform::Style::plain;
    const auto lacks_command = [](const CLI::App* app) { return app->parsed() && app->get_subcommands().empty(); };
    if (app_.get_subcommands().empty() || lacks_command(apt_) || lacks_command(cache_command_) || lacks_command(key_) ||
        lacks_command(history_command_) || (lacks_command(report_command_) && line_.arguments.empty() && !history_)) {
      line_.text = help();
    }
    if (line_.command == CommandName::apt_status && line_.arguments.empty() && !line_.exact && line_.text.empty()) {
      return usage("packages is required", "ci-optimizer apt status --help lists what there is");
    }
    const bool is_report = line_.command == CommandName::report_html || line_.command == CommandName::report_summary;
    if (is_report && line_.arguments.empty() && !history_ && line_.text.empty())
      return usage("record is required", "name files or folders of records, or give --history STORE");
    if (line_.json && (line_.command == CommandName::report_html || line_.command == CommandName::report_summary))
      return usage("--json: this report is no JSON document", "ci-optimizer report --json RECORD prints the record");
    if (const auto read = read_values(); !read) return base::fail(read.error());
    return line_;
  }

 private:
  // CLI11 would take "[a,b]" for a list, "{}" for an empty one, and what follows "--" for options once there is a
  // pattern. White space around a pattern means nothing, and keeps it whole.
  static void shield_patterns(std::vector<std::string>& arguments) {
    const auto mark = std::find(arguments.begin(), arguments.end(), "--");
    for (auto argument = arguments.begin(); argument != arguments.end(); ++argument) {
      if (argument > mark) argument->insert(0, 1, ' ');
      if (argument->ends_with(']') || argument->ends_with('}')) *argument += ' ';
    }
    if (mark != arguments.end()) arguments.erase(mark);
  }

  CLI::App* add_command(CLI::App* parent, const char* name, const char* description, CommandName command) {
    auto* sub = parent->add_subcommand(name, description);
    sub->callback([this, command] { line_.command = command; });
    return sub;
  }

  void add_installation_options(CLI::App* sub) {
    sub->add_option("--budget", budget_, "What the installation should take (73s)")->type_name("DURATION");
    sub->add_option("--deadline", deadline_, "The most that the run may take; exit code 5 past it")
        ->type_name("DURATION");
    sub->add_flag_function(
        "--recommends,!--no-recommends", [this](std::int64_t count) { line_.configuration.recommends = count > 0; },
        "Install recommended packages too (the default)");
    sub->add_option("--gate", gate_, "What a missed budget does: off, warn or fail")->type_name("GATE");
    sub->add_option("--history", history_,
                    "Where to keep the record: git:BRANCH, s3://BUCKET/FOLDER, postgresql://URL, file:DIR or off")
        ->type_name("STORE");
    sub->add_option("--cache", cache_, "auto: restore and save; read: restore only; off")->type_name("MODE");
    sub->add_option("--cache-store", cache_store_,
                    "Where cache archives are kept: github:, s3://BUCKET/FOLDER or file:DIR")
        ->type_name("STORE");
    sub->add_option("--cache-version", cache_version_, "Changing it abandons all earlier caches")->type_name("TEXT");
    sub->add_flag("--dry-run", line_.dry_run, "Only say what would be done");
  }

  void add_optimize() {
    auto* sub = add_command(&app_, "optimize", "Run the main job: packages, smoke tests, report, record",
                            CommandName::optimize);
    sub->add_option("--packages", packages_, "Packages to install, separated by blanks, commas or new lines")
        ->type_name("LIST");
    sub->add_option("--packages-file", line_.packages_file, "A file that lists packages; # begins a comment")
        ->type_name("FILE");
    sub->add_option("--smoke", smoke_, "A command that must work after the installation; may be repeated")
        ->type_name("COMMAND");
    add_installation_options(sub);
    sub->add_option("--report", report_, "auto, summary, check or off")->type_name("REPORT");
    sub->add_option("--check-name", check_name_, "The name of the check run")->type_name("NAME");
    sub->add_option("--working-directory", line_.working_directory, "Where to run")->type_name("DIR");
    sub->add_flag("--action", line_.action, "Read the action's inputs from INPUT_* variables too");
    auto* state = sub->add_option("--state", line_.state,
                                  "Leave the saving of caches to `optimize --finish` with the same FILE, when the job "
                                  "is over")
                      ->type_name("FILE");
    auto* finish =
        sub->add_flag("--finish", line_.finish, "End the job of the run that left --state: caches, check run")
            ->needs(state);
    sub->add_option("--job-status", line_.job_status, "With --finish: success (the default), failure or cancelled")
        ->check(CLI::IsMember({"success", "failure", "cancelled"}))
        ->type_name("STATUS")
        ->needs(finish);
  }

  void add_apt() {
    apt_ = app_.add_subcommand("apt", "Install packages, or tell what would be or is installed");
    for (const auto& [name, description, command] :
         {std::tuple("install", "Install what is missing, timed and bounded", CommandName::apt_install),
          std::tuple("plan", "Tell what an installation would do and download", CommandName::apt_plan),
          std::tuple("status", "Tell what of the packages is installed", CommandName::apt_status)}) {
      auto* sub = add_command(apt_, name, description, command);
      auto* packages = sub->add_option("packages", line_.arguments,
                                       "name, name:architecture, name=version, name/suite or ./file.deb");
      add_installation_options(sub);
      if (command != CommandName::apt_status) {
        packages->required();
        continue;
      }
      sub->add_flag("--exact", line_.exact, "Compare every path with what was restored from the cache, or saved there");
    }
  }

  void add_cache() {
    cache_command_ = app_.add_subcommand("cache", "Restore, save, list or prune cache entries of any paths");
    auto& cache = line_.cache;
    for (const auto& [name, description, command] :
         {std::tuple("restore", "Put the entry of a key in place; a miss is no failure", CommandName::cache_restore),
          std::tuple("save", "Make an entry of the paths, unless the key has one", CommandName::cache_save),
          std::tuple("list", "List our entries: size, age, key", CommandName::cache_list),
          std::tuple("prune", "Remove those of our entries that newer ones have taken the place of",
                     CommandName::cache_prune)}) {
      auto* sub = add_command(cache_command_, name, description, command);
      sub->add_option("--store", cache.store, "Where entries are kept: github:, s3://BUCKET/FOLDER or file:DIR")
          ->type_name("STORE");
      if (command == CommandName::cache_list || command == CommandName::cache_prune) {
        sub->add_option("prefix", cache.key, "Only entries whose key begins so");
        continue;
      }
      sub->add_option("--key", cache.key, "The key of the entry")->type_name("KEY")->required();
      sub->add_option("--path", cache.paths, "A path or glob pattern; !PATTERN leaves out; may be repeated")
          ->type_name("PATH")
          ->allow_extra_args(false)
          ->required();
      sub->add_option("--budget", cache_budget_, "The most that it may take")->type_name("DURATION");
      sub->add_option("--format", cache_format_, "native, or tar: what actions/cache saves and restores (github: only)")
          ->type_name("FORMAT");
      if (command == CommandName::cache_save) {
        sub->add_option("--parts", cache.parts_file,
                        "What `key --json` printed: kept, so that later keys are explained")
            ->type_name("FILE");
        continue;
      }
      sub->add_option("--restore-key", cache.restore_keys,
                      "What the key may begin with instead, the newest wins; may be repeated, in order")
          ->type_name("PREFIX")
          ->allow_extra_args(false);
      sub->add_flag("--fail-on-miss", cache.fail_on_miss, "End with exit code 4 when nothing was restored");
    }
    auto* prune = cache_command_->get_subcommand("prune");
    prune->add_option("--keep", cache.keep, "So many of the newest of each series stay (1)")->type_name("N");
    prune->add_option("--older-than", older_than_, "Only entries that are older")->type_name("DURATION");
    prune->add_flag("--dry-run", line_.dry_run, "Only say what would be removed");
  }

  void add_hash_files() {
    auto* sub = add_command(&app_, "hash-files", "Print what hashFiles() gives for the patterns in GITHUB_WORKSPACE",
                            CommandName::hash_files);
    sub->add_option("patterns", line_.arguments, "Glob patterns; one that begins with ! leaves out")
        ->type_name("PATTERN")
        ->required();
    sub->add_flag("--follow-symbolic-links", line_.follow_symbolic_links, "Enter directories through links too")
        ->ignore_case();
    sub->add_flag("--explain", line_.explain, "Also list each file and its digest");
  }

  void add_key() {
    key_ = app_.add_subcommand("key", "Print the key of a cache, or what it is made of");
    for (const auto& [name, description, command] :
         {std::tuple("apt", "The key of an installation of packages on this machine", CommandName::key_apt),
          std::tuple("go-modules", "The key of the Go module cache", CommandName::key_go_modules),
          std::tuple("go-build", "The key of the Go build cache", CommandName::key_go_build),
          std::tuple("binary", "The key of a program built with Go", CommandName::key_binary),
          std::tuple("cache", "The key of a cache that the configuration names", CommandName::key_cache)}) {
      auto* sub = add_command(key_, name, description, command);
      sub->add_flag("--explain", line_.explain, "Also list its parts, and what differs from the nearest entry");
      sub->add_option("--store,--cache-store", cache_store_,
                      "Where to look for that: github:, s3://BUCKET/FOLDER or file:DIR")
          ->type_name("STORE");
      sub->add_option("--cache-version", cache_version_, "Changing it abandons all earlier caches")->type_name("TEXT");
      if (command == CommandName::key_apt) {
        sub->add_option("packages", line_.arguments, "As of apt install; else those of the configuration");
        sub->add_flag_function(
            "--recommends,!--no-recommends", [this](std::int64_t count) { line_.configuration.recommends = count > 0; },
            "Install recommended packages too (the default)");
        continue;
      }
      if (command == CommandName::key_cache) {
        sub->add_option("name", line_.arguments, "Its name there")->required()->expected(1);
        continue;
      }
      sub->add_option("--module", line_.key.module, "A go.mod or its folder (the nearest, upwards)")->type_name("PATH");
      if (command == CommandName::key_go_modules) continue;
      sub->add_option("--tags", tags_, "Build tags, beside those in GOFLAGS")->type_name("LIST");
      sub->add_option("--build", line_.key.build, "The command that builds")->type_name("COMMAND");
      if (command == CommandName::key_binary) {
        sub->add_option("--binary", line_.key.binary, "The file that is built")->type_name("FILE");
      }
    }
  }

  void add_history() {
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
    sub->add_option("--since", export_since_, "Of these, runs that are no older")
        ->type_name("DURATION")
        ->needs(history);
    sub->add_option("--deadline", export_time_, "The most that reading or sending may take (60s)")
        ->type_name("DURATION");
    sub->add_option("records", line_.arguments,
                    "A record's file, a folder of records or of a file: history store, or -")
        ->type_name("RECORD")
        ->excludes(history);
  }

  void add_kept_history() {
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

  void add_history_filters(CLI::App* sub) {
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

  void add_smoke() {
    auto* sub =
        add_command(&app_, "smoke", "Run the smoke tests of the configuration, or those given", CommandName::smoke);
    sub->add_option("--run", smoke_, "A command that must work; may be repeated")->type_name("COMMAND");
    sub->add_option("--deadline", deadline_, "The most that all of them may take")->type_name("DURATION");
  }

  void add_doctor() {
    auto* sub = add_command(&app_, "doctor", "Say what is slow or unsafe in workflows and lacking on this machine",
                            CommandName::doctor);
    sub->add_option("path", line_.arguments, "A repository, a folder of workflows, or one file (.)")
        ->type_name("PATH")
        ->expected(0, 1);
    sub->add_option("--fail-on", line_.fail_on, "Exit with 1 when a finding is a note, warning or error, or worse")
        ->check(CLI::IsMember({"note", "warning", "error"}))
        ->type_name("LEVEL");
  }

  void add_report() {
    report_command_ =
        app_.add_subcommand("report", "Render records again: for a terminal, or as html, summary or check");
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

  // What our own children need between sudo and the tool; not for people.
  void add_internal() {
    auto* internal = app_.add_subcommand("internal", "")->group("");
    auto* sub = add_command(internal, "become", "", CommandName::become);
    sub->add_flag("--suppress-sync", suppress_sync_, "");
    sub->add_option("argv", line_.arguments, "")->required();
    sub->prefix_command();

    auto* fetch = add_command(internal, "fetch", "", CommandName::fetch);
    fetch->add_option("argv", line_.arguments, "")->required();
    fetch->prefix_command();

    auto* delta = internal->add_subcommand("delta", "")->require_subcommand(1);
    for (const auto& [name, command] :
         {std::pair("snapshot", CommandName::delta_snapshot), std::pair("changes", CommandName::delta_changes)}) {
      auto* step = add_command(delta, name, "", command);
      step->add_option("file", line_.arguments, "")->required()->expected(1);
      if (command == CommandName::delta_changes) continue;
      step->add_option("--root", line_.root, "");
      step->add_option("--exclude", line_.excluded, "");
    }
    add_command(delta, "fingerprint", "", CommandName::delta_fingerprint)->add_option("--root", line_.root, "");
    auto* capture = add_command(delta, "capture", "", CommandName::delta_capture);
    capture->add_option("file", line_.arguments, "")->required()->expected(1);
    capture->add_option("--install-seconds", line_.install_seconds, "");
    capture->add_option("--parts", line_.parts_file, "");
    auto* restore = add_command(delta, "restore", "", CommandName::delta_restore);
    restore->add_option("--root", line_.root, "");
    add_command(delta, "clean", "", CommandName::delta_clean)->add_option("--root", line_.root, "");
    for (auto* step : {capture, restore}) {
      step->add_option("--socket", line_.socket, "")->required();
      step->add_option("--fingerprint", line_.fingerprint, "")->required();
      step->add_option("--entry", line_.entry, "");
      step->add_option("--package", line_.packages, "")->allow_extra_args(false);
    }
  }

  std::string help() {
    const CLI::App* app = &app_;
    std::string parents;
    while (!app->get_subcommands().empty()) {
      parents += (parents.empty() ? "" : " ") + app->get_name();
      app = app->get_subcommands().front();
    }
    return app->help(parents);
  }

  base::Result<void> read_values() {
    auto& configuration = line_.configuration;
    if (packages_) configuration.packages = base::words(*packages_);
    if (tags_) line_.key.tags = base::words(*tags_);
    if (!smoke_.empty()) {
      configuration.smoke.emplace();
      for (const auto& command : smoke_) {
        smoke::SmokeTest test;
        test.run = command;
        configuration.smoke->push_back(std::move(test));
      }
    }
    configuration.history = history_;
    configuration.cache_store = cache_store_;
    configuration.cache_version = cache_version_;
    if (cache_) {
      configuration.cache = optimize::parse_cache_mode(*cache_);
      if (!configuration.cache) return usage(fmt::format("--cache: '{}' is not one of auto, read, off", *cache_), "");
    }
    if (cache_format_) {
      if (*cache_format_ != "native" && *cache_format_ != "tar")
        return usage(fmt::format("--format: '{}' is not one of native, tar", *cache_format_), "");
      if (*cache_format_ == "tar") line_.cache.format = cache::ArchiveFormat::tar;
    }
    if (export_format_) {
      if (const auto read = read_export(); !read) return read;
    }
    configuration.check_name = check_name_;
    if (suppress_sync_) line_.sync = platform::Sync::suppressed;
    for (auto [text, field, option] : {std::tuple(&budget_, &configuration.budget, "--budget"),
                                       std::tuple(&cache_budget_, &line_.cache.budget, "--budget"),
                                       std::tuple(&older_than_, &line_.cache.older_than, "--older-than"),
                                       std::tuple(&export_time_, &line_.history_export.time, "--deadline"),
                                       std::tuple(&export_since_, &line_.history_export.since, "--since"),
                                       std::tuple(&deadline_, &configuration.deadline, "--deadline")}) {
      if (!*text) continue;
      *field = base::parse_duration(**text);
      if (!*field) return usage(fmt::format("{}: '{}' is not a duration", option, **text), "write 73s, 5m or 1h30m");
    }
    if (gate_) {
      configuration.budget_gate = optimize::parse_gate(*gate_);
      if (!configuration.budget_gate)
        return usage(fmt::format("--gate: '{}' is not one of off, warn, fail", *gate_), "");
    }
    if (report_ && !optimize::apply_report(*report_, configuration)) {
      return usage(fmt::format("--report: '{}' is not one of auto, summary, check, off", *report_), "");
    }
    return {};
  }

  base::Result<void> read_export() {
    const auto& endpoint = line_.history_export.endpoint;
    for (const auto& [word, format] :
         {std::pair("prometheus", ExportFormat::prometheus),
          std::pair("prometheus-history", ExportFormat::prometheus_history), std::pair("otlp", ExportFormat::otlp),
          std::pair("trace", ExportFormat::trace), std::pair("rules", ExportFormat::rules),
          std::pair("json", ExportFormat::json), std::pair("csv", ExportFormat::csv)}) {
      if (*export_format_ != word) continue;
      line_.history_export.format = format;
      const bool is_file = format == ExportFormat::trace || format == ExportFormat::rules ||
                           format == ExportFormat::json || format == ExportFormat::csv;
      if (is_file && !endpoint.empty()) return usage(fmt::format("--endpoint: {} is not sent anywhere", word), "");
      const bool has_records = !line_.arguments.empty() || !line_.history_export.history.empty();
      if (format != ExportFormat::rules && !has_records)
        return usage("no record is named", "name a record's file, a folder of records, or --history STORE");
      return {};
    }
    return usage(
        fmt::format("--format: '{}' is not one of prometheus, prometheus-history, otlp, trace, rules, json, csv",
                    *export_format_),
        "");
  }

  static tl::unexpected<base::Error> usage(std::string message, std::string hint) {
    return base::fail(base::ErrorKind::usage, std::move(message), std::move(hint));
  }

  base::Result<CommandLine> usage_error(const CLI::ParseError& error) {
    // The deepest command that was recognised tells which words could have been meant.
    const CLI::App* app = &app_;
    std::string name = "ci-optimizer";
    while (!app->get_subcommands().empty()) {
      app = app->get_subcommands().front();
      name += " " + app->get_name();
    }
    std::vector<std::string> known;
    for (const auto* sub :
         app->get_subcommands([](const CLI::App* candidate) { return !candidate->get_group().empty(); })) {
      known.push_back(sub->get_name());
    }
    for (const CLI::App* scope = app; scope != nullptr; scope = scope->get_parent()) {
      for (const auto* option : scope->get_options()) {
        for (const auto& long_name : option->get_lnames()) known.push_back("--" + long_name);
      }
    }
    std::string message = error.what();
    if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
      const auto extras = app_.remaining(true);
      const std::string word = extras.empty() ? "" : extras.front();
      message = fmt::format("unknown {} '{}'", word.starts_with("-") ? "option" : "command", word);
      if (const auto near = base::nearest(word.substr(0, word.find('=')), known))
        message += fmt::format("; did you mean '{}'?", *near);
    }
    return usage(std::move(message), name + " --help lists what there is");
  }

  CLI::App app_;
  CLI::App* apt_ = nullptr;
  CLI::App* cache_command_ = nullptr;
  CLI::App* key_ = nullptr;
  CLI::App* history_command_ = nullptr;
  CLI::App* report_command_ = nullptr;
  CommandLine line_;
  bool version_ = false;
  bool quiet_ = false;
  bool verbose_ = false;
  bool suppress_sync_ = false;
  std::string color_;
  std::vector<std::string> smoke_;
  std::optional<std::string> packages_, tags_, budget_, deadline_, gate_, report_, check_name_, history_, cache_,
      cache_store_, cache_version_, cache_budget_, cache_format_, older_than_, export_format_, export_time_,
      export_since_;
};

}  // namespace

base::Result<CommandLine> parse_command_line(const std::vector<std::string>& arguments) {
  return Parser().parse(arguments);
}

}  // namespace ci::cli
