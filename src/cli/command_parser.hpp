#pragma once
// Turns words into a CommandLine, for parse_command_line(). Only the sources of this class know the library that reads
// command lines; its members that add options stand in files of their own, by what they are about.
#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/command_line.hpp"

namespace ci::cli {

class CommandParser {
 public:
  CommandParser();
  CommandParser(const CommandParser&) = delete;
  CommandParser& operator=(const CommandParser&) = delete;

  // As parse_command_line(); a parser reads one command line.
  base::Result<CommandLine> parse(std::vector<std::string> arguments);

 private:
  static void shield_patterns(std::vector<std::string>& arguments);
  CLI::App* add_command(CLI::App* parent, const char* name, const char* description, CommandName command);

  // job_options.cpp
  void add_installation_options(CLI::App* sub);
  void add_optimize();
  void add_apt();
  void add_smoke();
  void add_internal();
  // cache_options.cpp
  void add_cache();
  void add_hash_files();
  void add_key();
  // history_options.cpp
  void add_history();
  void add_kept_history();
  void add_history_filters(CLI::App* sub);
  void add_report();
  void add_doctor();
  // option_values.cpp: from text to what it means
  base::Result<void> read_values();
  base::Result<void> read_export();

  std::string help();
  static tl::unexpected<base::Error> usage(std::string message, std::string hint);
  base::Result<CommandLine> usage_error(const CLI::ParseError& error);

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

}  // namespace ci::cli
