#include "cli/command_line.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "cli/command_parser.hpp"
#include "cli/version.hpp"

namespace ci::cli {

CommandParser::CommandParser() : app_("Makes CI on GitHub Actions fast, bounded and self-explaining.", "ci-optimizer") {
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

base::Result<CommandLine> CommandParser::parse(std::vector<std::string> arguments) {
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

// CLI11 would take "[a,b]" for a list, "{}" for an empty one, and what follows "--" for options once there is a
// pattern. White space around a pattern means nothing, and keeps it whole.
void CommandParser::shield_patterns(std::vector<std::string>& arguments) {
  const auto mark = std::find(arguments.begin(), arguments.end(), "--");
  for (auto argument = arguments.begin(); argument != arguments.end(); ++argument) {
    if (argument > mark) argument->insert(0, 1, ' ');
    if (argument->ends_with(']') || argument->ends_with('}')) *argument += ' ';
  }
  if (mark != arguments.end()) arguments.erase(mark);
}

CLI::App* CommandParser::add_command(CLI::App* parent, const char* name, const char* description, CommandName command) {
  auto* sub = parent->add_subcommand(name, description);
  sub->callback([this, command] { line_.command = command; });
  return sub;
}

std::string CommandParser::help() {
  const CLI::App* app = &app_;
  std::string parents;
  while (!app->get_subcommands().empty()) {
    parents += (parents.empty() ? "" : " ") + app->get_name();
    app = app->get_subcommands().front();
  }
  return app->help(parents);
}

tl::unexpected<base::Error> CommandParser::usage(std::string message, std::string hint) {
  return base::fail(base::ErrorKind::usage, std::move(message), std::move(hint));
}

base::Result<CommandLine> CommandParser::usage_error(const CLI::ParseError& error) {
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

base::Result<CommandLine> parse_command_line(const std::vector<std::string>& arguments) {
  return CommandParser().parse(arguments);
}

}  // namespace ci::cli
