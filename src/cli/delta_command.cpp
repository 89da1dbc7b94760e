#include "cli/delta_command.hpp"

#include <cstdio>

#include "base/json.hpp"
#include "base/json_texts.hpp"
#include "base/text.hpp"
#include "delta/capture.hpp"
#include "delta/changes.hpp"
#include "delta/commands.hpp"
#include "delta/dpkg_locks.hpp"
#include "delta/fingerprint.hpp"
#include "delta/libraries.hpp"
#include "delta/publication.hpp"
#include "delta/receipt.hpp"
#include "delta/restore.hpp"
#include "delta/snapshot.hpp"
#include "delta/unfinished_restore.hpp"
#include "key/parts.hpp"
#include "platform/descriptor_offer.hpp"
#include "platform/filesystem.hpp"

namespace ci::cli {
namespace {

using base::Json;

constexpr int kLevel = 1;  // of zstd: the least time to compress, for a somewhat larger archive
constexpr auto kLongestCommand = std::chrono::seconds(60);  // of those that follow a restore

const char* name_of(delta::ChangeKind kind) {
  switch (kind) {
    case delta::ChangeKind::added:
      return "added";
    case delta::ChangeKind::changed:
      return "changed";
    case delta::ChangeKind::deleted:
      return "deleted";
  }
  return "";
}

std::string letter_of(delta::Type type) {
  return {static_cast<char>(type)};
}

Json document(const delta::Change& change) {
  Json json = Json::object();
  json.set("path", change.path).set("kind", name_of(change.kind)).set("type", letter_of(change.type));
  if (change.was && *change.was != change.type) json.set("was", letter_of(*change.was));
  if (!change.hard_link_to.empty()) json.set("hard_link_to", change.hard_link_to);
  if (change.shared) {
    json.set("rule", delta::name_of(change.shared->rule->rule));
    json.set("replaced", change.shared->replaced).set("installed", change.shared->installed);
  }
  return json;
}

Json document(const delta::Obstacle& obstacle) {
  Json json = Json::object();
  json.set("what", obstacle.what).set("remedy", obstacle.remedy == delta::Remedy::replay ? "replay" : "refuse");
  if (!obstacle.command.empty()) json.set("command", base::texts_json(obstacle.command));
  if (!obstacle.path.empty()) json.set("path", obstacle.path);
  return json;
}

base::Result<Json> document(const delta::Changes& changes) {
  Json list = Json::array();
  for (const auto& change : changes.changes) {
    if (base::valid_utf8(change.path) != change.path) {
      return base::fail(base::ErrorKind::environment, "a changed path is not UTF-8: " + base::valid_utf8(change.path));
    }
    list.push(document(change));
  }
  Json obstacles = Json::array();
  for (const auto& one : changes.obstacles) obstacles.push(document(one));
  Json json = Json::object();
  json.set("changes", std::move(list))
      .set("packages", delta::to_json(changes.packages))
      .set("obstacles", std::move(obstacles));
  json.set("left_out", base::texts_json(changes.left_out));
  json.set("swept", Json::object()
                        .set("folders", static_cast<std::int64_t>(changes.swept.folders))
                        .set("entries", static_cast<std::int64_t>(changes.swept.entries)));
  return json;
}

Json document(const std::vector<elf::MissingLibrary>& missing) {
  Json json = Json::array();
  for (const auto& one : missing) {
    json.push(Json::object().set("object", base::valid_utf8(one.object)).set("library", base::valid_utf8(one.library)));
  }
  return json;
}

Json document(const delta::Fingerprint& fingerprint) {
  Json parts = Json::array();
  for (const auto& part : fingerprint.parts) {
    parts.push(Json::object().set("name", part.name).set("digest", part.digest).set("text", part.text));
  }
  return Json::object().set("digest", fingerprint.digest).set("parts", std::move(parts));
}

base::Result<int> print(const base::Result<Json>& json) {
  if (!json) return base::fail(json.error());
  std::puts(json->pretty().c_str());
  return 0;
}

std::string unkept_warning(const std::string& why) {
  return "cannot keep what apt status --exact compares with: " + why;
}

// Keeps what the machine must be from now on. Returns "" or why it could not be kept, which is worth a warning.
std::string keep_receipt(const CommandLine& line, const platform::Platform& platform, const std::filesystem::path& root,
                         archive::ArchiveListing listing) {
  if (line.packages.empty()) return "";
  const auto kept = delta::write_receipt(root, {line.packages, line.entry, platform.clock.now(), std::move(listing)});
  return kept ? "" : unkept_warning(kept.error().message);
}

base::Result<int> run_capture(const CommandLine& line, const platform::Platform& platform,
                              const std::filesystem::path& root, const delta::Changes& changes) {
  const auto file = platform::take_offer(line.socket);
  if (!file) return base::fail(file.error());
  archive::DescriptorSink sink(file->get());
  delta::Origin origin{line.fingerprint, line.install_seconds};
  if (!line.parts_file.empty()) {
    const auto text = platform::read_file(line.parts_file, key::kLongestParts);
    if (!text) return base::fail(text.error());
    auto parts = base::parse_json(*text);
    if (!parts) return base::fail(parts.error());
    origin.parts = std::move(*parts);
  }
  auto written = delta::capture(root, changes, origin, kLevel, sink);
  if (!written) return base::fail(written.error());
  Json warnings = Json::array();
  const auto unkept =
      keep_receipt(line, platform, root, {{{delta::kFilesRoot, delta::kStatusRoot}, ""}, std::move(written->manifest)});
  if (!unkept.empty()) warnings.push(unkept);
  return print(Json::object()
                   .set("warnings", std::move(warnings))
                   .set("members", static_cast<std::int64_t>(written->members))
                   .set("content_bytes", static_cast<std::int64_t>(written->content_bytes))
                   .set("archive_bytes", static_cast<std::int64_t>(written->archive_bytes)));
}

// Runs what follows the files of a restore. Returns what went wrong, for people.
std::vector<std::string> run_commands(const delta::Commands& commands, const platform::Platform& platform) {
  std::vector<std::string> problems;
  for (const auto& argv : commands) {
    platform::Command command;
    command.argv = argv;
    command.timeout = kLongestCommand;
    command.leftovers = platform::Leftovers::keep;
    const auto outcome = platform.processes.run(command);
    if (outcome && outcome->succeeded()) continue;
    problems.push_back(base::join(argv, " ") + ": " + (outcome ? outcome->describe() : outcome.error().message));
  }
  return problems;
}

base::Result<int> run_restore(const CommandLine& line, const platform::Platform& platform) {
  const auto file = platform::take_offer(line.socket);
  if (!file) return base::fail(file.error());
  archive::DescriptorSource source(file->get());
  auto restored =
      delta::restore(line.root, {line.fingerprint, line.packages, line.entry, platform.clock.now()}, source);
  if (!restored) return base::fail(restored.error());
  Json warnings = Json::array();
  for (auto& problem : run_commands(restored->commands, platform)) warnings.push(std::move(problem));
  if (!restored->commands.empty()) {
    // Where another installation has begun since, the next run ends it.
    const auto locks = delta::lock_dpkg(line.root);
    const auto ended = locks ? delta::end_published(line.root) : base::fail(locks.error());
    if (!ended) warnings.push("the mark of the restore stays: " + ended.error().message);
    if (ended && restored->unkept.empty()) restored->unkept = *ended;
  }
  if (!restored->unkept.empty()) warnings.push(unkept_warning(restored->unkept));
  // After the commands: they may have made what finds libraries.
  const auto missing = delta::missing_libraries(line.root, restored->expected, restored->missing_before);
  if (!missing) return base::fail(missing.error());
  if (!restored->rebuilt.empty() && restored->unkept.empty()) {
    delta::expect_rebuilt(line.root, restored->rebuilt, restored->expected);
    const auto unkept = keep_receipt(line, platform, line.root, std::move(restored->expected));
    if (!unkept.empty()) warnings.push(unkept);
  }
  const auto& extracted = restored->extracted;
  return print(Json::object()
                   .set("members", static_cast<std::int64_t>(extracted.members))
                   .set("content_bytes", static_cast<std::int64_t>(extracted.content_bytes))
                   .set("archive_bytes", static_cast<std::int64_t>(extracted.archive_bytes))
                   .set("written", static_cast<std::int64_t>(extracted.written))
                   .set("install_seconds", restored->install_seconds)
                   .set("packages", delta::to_json(restored->packages))
                   .set("missing", document(*missing))
                   .set("suspects", base::texts_json(missing->empty() ? std::vector<std::string>{}
                                                                      : delta::packages_of(line.root, *missing)))
                   .set("warnings", std::move(warnings)));
}

base::Result<int> run_clean(const CommandLine& line, const platform::Platform& platform) {
  // Without dpkg's locks: some of them are dpkg's own.
  if (const auto publication = delta::read_publication(line.root)) {
    for (const auto& problem : run_commands(publication->commands, platform)) platform.log.warning(problem);
  }
  const auto locks = delta::lock_dpkg(line.root);
  if (!locks) return base::fail(locks.error());
  if (auto removed = delta::remove_leftovers(line.root); !removed) return base::fail(removed.error());
  return 0;
}

}  // namespace

base::Result<int> run_delta(const CommandLine& line, const platform::Platform& platform) {
  if (line.command == CommandName::delta_restore) return run_restore(line, platform);
  if (line.command == CommandName::delta_fingerprint) {
    return delta::base_fingerprint(line.root).and_then(
        [](const delta::Fingerprint& fingerprint) { return print(document(fingerprint)); });
  }
  if (line.command == CommandName::delta_clean) return run_clean(line, platform);
  const auto& file = line.arguments.front();
  if (line.command == CommandName::delta_snapshot) {
    if (auto finished = delta::check_restores_finished(line.root); !finished) return base::fail(finished.error());
    delta::SweepOptions options;
    options.root = line.root;
    options.exclusions = delta::Exclusions(line.excluded);
    const auto snapshot = delta::Snapshot::take(std::move(options));
    if (!snapshot) return base::fail(snapshot.error());
    const auto written = snapshot->write(file);
    if (!written) return base::fail(written.error());
    return 0;
  }
  const auto snapshot = delta::Snapshot::read(file);
  if (!snapshot) return base::fail(snapshot.error());
  const auto changes = delta::changes_since(*snapshot);
  if (!changes) return base::fail(changes.error());
  if (line.command == CommandName::delta_capture) return run_capture(line, platform, snapshot->options.root, *changes);
  return print(document(*changes));
}

}  // namespace ci::cli
