#include "cli/command_parser.hpp"

#include <tuple>

namespace ci::cli {

void CommandParser::add_cache() {
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
      sub->add_option("--parts", cache.parts_file, "What `key --json` printed: kept, so that later keys are explained")
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

void CommandParser::add_hash_files() {
  auto* sub = add_command(&app_, "hash-files", "Print what hashFiles() gives for the patterns in GITHUB_WORKSPACE",
                          CommandName::hash_files);
  sub->add_option("patterns", line_.arguments, "Glob patterns; one that begins with ! leaves out")
      ->type_name("PATTERN")
      ->required();
  sub->add_flag("--follow-symbolic-links", line_.follow_symbolic_links, "Enter directories through links too")
      ->ignore_case();
  sub->add_flag("--explain", line_.explain, "Also list each file and its digest");
}

void CommandParser::add_key() {
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

}  // namespace ci::cli
