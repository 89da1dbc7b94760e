#include "apt/delta_tier.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "apt/cached_entry.hpp"
#include "apt/child_failure.hpp"
#include "base/json_texts.hpp"
#include "delta/fingerprint.hpp"
#include "delta/unfinished_restore.hpp"
#include "platform/descriptor_offer.hpp"

namespace ci::apt {
namespace {

constexpr auto kLongestStep = std::chrono::seconds(120);  // of snapshot, capture and restore each
constexpr int kDamaged = 65;                              // exit code of a child that found the archive damaged

}  // namespace

DeltaTier::DeltaTier(const Session& session, const Cache& cache, const std::vector<PackageSpec>& specs)
    : session_(session), cache_(cache), specs_(specs) {
  outcome_.name = "apt";
}

// Fills in the fingerprint and the key's prefix. Returns "" or why there is none.
std::string DeltaTier::find_key() {
  auto key = delta_key(session_.settings, session_.tool.configured(), cache_.version);
  if (!key) return key.error().message;
  auto folder = platform::RunFolder::make("/tmp", "delta");
  if (!folder) return folder.error().message;
  folder_.emplace(std::move(*folder));
  key_ = std::move(*key);
  outcome_.key = prefix() + time_for_key(session_.platform.clock.now());
  may_save_ = cache_.use == CacheUse::read_and_save;
  return "";
}

// Opens the newest entry that is young enough. Returns "" or why there is none.
std::string DeltaTier::open_newest(std::unique_ptr<store::Download>& download, store::Entry& entry) {
  const auto found = find_newest(cache_, outcome_.key, prefix(), session_.platform.clock.now());
  if (!found) return found.error().message;
  if (!*found) return "no entry for this base and these packages";
  if (!(*found)->too_old.empty()) return (*found)->too_old;
  entry = (*found)->entry;
  auto opened = cache_.store->open(entry);
  if (!opened) return opened.error().message;
  download = std::move(*opened);
  return "";
}

std::string DeltaTier::restore() {
  session_.timer.begin("restore");
  outcome_.outcome = "miss";
  const auto miss = [&](std::string reason) {
    session_.timer.end();
    outcome_.reason = reason;
    return reason;
  };
  if (auto why = find_key(); !why.empty()) {
    outcome_.outcome = "skipped";
    return miss(std::move(why));
  }
  std::unique_ptr<store::Download> download;
  store::Entry entry;
  if (auto why = open_newest(download, entry); !why.empty()) return miss(std::move(why));

  const auto answer =
      ask(with_receipt({"restore", "--fingerprint", key_.label}, entry.key), "restore", download->descriptor());
  outcome_.restore_seconds = session_.timer.seconds_in("restore");
  if (!answer.failure.empty()) {
    // What is damaged once is damaged for every later run. A run that was stopped says nothing of the entry.
    if (answer.damaged && cache_.use == CacheUse::read_and_save) (void)cache_.store->remove(entry);
    if (delta::has_unfinished_restore("/")) {
      may_save_ = false;
      session_.problems.warn("delta",
                             "a restore was begun and not ended, a real installation follows: " + answer.failure);
    }
    return miss(answer.failure);
  }
  if (const auto whole = download->finish(); !whole) {
    may_save_ = false;
    return miss(whole.error().message);
  }
  warn_of(answer, "after the restore: ");
  for (const auto& one : answer.document["missing"].items()) {
    missing_.push_back({one["object"].as_string(), one["library"].as_string()});
  }
  suspects_ = base::texts_in(answer.document["suspects"]);
  for (const auto& package : answer.document["packages"].items()) {
    if (package["after"].as_string().empty()) {
      plan_.removed.push_back(package["name"].as_string());
    } else {
      PlannedPackage& planned = plan_.packages.emplace_back();
      planned.name = package["name"].as_string();
      planned.version = package["after"].as_string();
      planned.architecture = package["architecture"].as_string();
    }
  }
  session_.timer.add_bytes("restore", static_cast<std::int64_t>(entry.bytes));
  outcome_.outcome = "exact";
  outcome_.matched_key = entry.key;
  outcome_.bytes = static_cast<std::int64_t>(entry.bytes);
  if (const double cold = answer.document["install_seconds"].as_number(); cold > 0) {
    outcome_.seconds_saved = cold - outcome_.restore_seconds;
  }
  return "";
}

// A child's arguments, and those that make it leave a receipt for the entry.
std::vector<std::string> DeltaTier::with_receipt(std::vector<std::string> arguments, const std::string& entry) const {
  arguments.insert(arguments.end(), {"--entry", entry});
  for (const auto& spec : specs_) arguments.insert(arguments.end(), {"--package", spec.text});
  return arguments;
}

void DeltaTier::warn_of(const Answer& answer, const std::string& when) {
  for (const auto& warning : answer.document["warnings"].items()) {
    session_.problems.warn("delta", when + warning.as_string());
  }
}

DeltaTier::Answer DeltaTier::ask(std::vector<std::string> arguments, const std::string& phase, int archive) {
  session_.timer.begin(phase);
  std::vector<std::string> argv = {session_.settings.program, "internal", "delta"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  std::unique_ptr<platform::LocalService> offer;
  if (archive >= 0) {
    const auto socket = folder_->path() / "socket";
    std::error_code ignored;
    std::filesystem::remove(socket, ignored);
    auto made = platform::offer_descriptor(socket, archive);
    if (!made) return {{}, made.error().message, false};
    offer = std::move(*made);
    argv.insert(argv.end(), {"--socket", socket.string()});
  }
  auto command = session_.tool.as_root(std::move(argv));
  command.timeout = session_.tool.time_left(kLongestStep);
  std::string document;
  command.on_line = [&](platform::Stream stream, std::string_view line) {
    if (stream == platform::Stream::out) document.append(line).append("\n");
  };
  const auto outcome = session_.platform.processes.run(command);
  session_.timer.end();
  if (!outcome) return {{}, outcome.error().message, false};
  if (!outcome->succeeded()) {
    const int code = outcome->end == platform::End::exited ? outcome->code : -1;
    return {{}, failure_of_child(*outcome), code == kDamaged};
  }
  if (document.empty()) return {};
  auto json = base::parse_json(document);
  if (!json) return {{}, json.error().message, false};
  return {std::move(*json), "", false};
}

void DeltaTier::take_snapshot() {
  if (!may_save_) return;
  std::vector<std::string> arguments = {"snapshot"};
  for (const auto& path : cache_.excluded) arguments.insert(arguments.end(), {"--exclude", path});
  arguments.push_back(snapshot_file().string());
  const auto answer = ask(std::move(arguments), "snapshot", -1);
  if (!answer.failure.empty()) return not_saved(answer.failure);
  const auto fingerprint = delta::base_fingerprint("/");
  if (!fingerprint || fingerprint->digest != key_.fingerprint)
    not_saved("another process changed the packages meanwhile");
}

std::optional<PendingSave> DeltaTier::capture(double install_seconds) {
  if (!may_save_) return std::nullopt;
  auto upload = cache_.store->create(outcome_.key);
  if (!upload) {
    not_saved(upload.error().error.message);
    return std::nullopt;
  }
  if (const auto kept = platform::write_file(parts_file(), key::to_json(key_.key.parts).compact()); !kept) {
    not_saved(kept.error().message);
    return std::nullopt;
  }
  const auto answer = ask(
      with_receipt({"capture", "--fingerprint", key_.label, "--install-seconds", fmt::format("{:.3f}", install_seconds),
                    "--parts", parts_file().string(), snapshot_file().string()},
                   outcome_.key),
      "capture", (*upload)->descriptor());
  outcome_.save_seconds = session_.timer.seconds_in("snapshot") + session_.timer.seconds_in("capture");
  if (!answer.failure.empty()) {
    not_saved(answer.failure);
    return std::nullopt;
  }
  warn_of(answer, "after the capture: ");
  outcome_.bytes = answer.document["archive_bytes"].as_integer();
  session_.timer.add_bytes("capture", outcome_.bytes);
  return PendingSave(outcome_.name, std::move(*upload));
}

void DeltaTier::not_saved(const std::string& reason) {
  may_save_ = false;
  outcome_.reason += (outcome_.reason.empty() ? "" : "; ") + ("not saved: " + reason);
  session_.platform.log.detail("this installation is not saved: " + reason);
}

}  // namespace ci::apt
