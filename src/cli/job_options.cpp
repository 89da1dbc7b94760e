#include "cli/command_parser.hpp"

#include <tuple>

namespace ci::cli {

void CommandParser::add_installation_options(CLI::App* sub) {
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

void CommandParser::add_optimize() {
  auto* sub =
      add_command(&app_, "optimize", "Run the main job: packages, smoke tests, report, record", CommandName::optimize);
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
  auto* finish = sub->add_flag("--finish", line_.finish, "End the job of the run that left --state: caches, check run")
                     ->needs(state);
  sub->add_option("--job-status", line_.job_status, "With --finish: success (the default), failure or cancelled")
      ->check(CLI::IsMember({"success", "failure", "cancelled"}))
      ->type_name("STATUS")
      ->needs(finish);
}

void CommandParser::add_apt() {
  apt_ = app_.add_subcommand("apt", "Install packages, or tell what would be or is installed");
  for (const auto& [name, description, command] :
       {std::tuple("install", "Install what is missing, timed and bounded", CommandName::apt_install),
        std::tuple("plan", "Tell what an installation would do and download", CommandName::apt_plan),
        std::tuple("status", "Tell what of the packages is installed", CommandName::apt_status)}) {
    auto* sub = add_command(apt_, name, description, command);
    auto* packages =
        sub->add_option("packages", line_.arguments, "name, name:architecture, name=version, name/suite or ./file.deb");
    add_installation_options(sub);
    if (command != CommandName::apt_status) {
      packages->required();
      continue;
    }
    sub->add_flag("--exact", line_.exact, "Compare every path with what was restored from the cache, or saved there");
  }
}

void CommandParser::add_smoke() {
  auto* sub =
      add_command(&app_, "smoke", "Run the smoke tests of the configuration, or those given", CommandName::smoke);
  sub->add_option("--run", smoke_, "A command that must work; may be repeated")->type_name("COMMAND");
  sub->add_option("--deadline", deadline_, "The most that all of them may take")->type_name("DURATION");
}

// What our own children need between sudo and the tool; not for people.
void CommandParser::add_internal() {
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

}  // namespace ci::cli
