#include "apt/transaction.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "apt/archive_fetch.hpp"
#include "apt/stand_in.hpp"
#include "base/text.hpp"
#include "platform/cores.hpp"
#include "platform/filesystem.hpp"

namespace ci::apt {
namespace {

constexpr std::int64_t kWorthFetching = 4'000'000;  // bytes; less is there before a second connection is

// Options can't be made of names: specs are checked, and "--" ends the options all the same.
std::vector<std::string> install_arguments(std::vector<std::string> before, const std::vector<std::string>& texts) {
  before.insert(before.end(), {"install", "--"});
  before.insert(before.end(), texts.begin(), texts.end());
  return before;
}

}  // namespace

RunResult Transaction::make_plan() {
  session_.timer.begin("plan");
  // An archive folder that is not there makes apt name every archive, also those that lie in its cache. Without
  // ForceHash it names the weakest digest that it knows.
  auto command =
      session_.tool.asking(install_arguments({"--allow-downgrades", "--print-uris", "-o",
                                              "Dir::Cache::archives=/nonexistent/", "-o", "Acquire::ForceHash=SHA256"},
                                             texts_),
                           sources_);
  command.timeout = session_.tool.time_left(kQuestion);
  std::string listing;
  std::vector<std::string> lines;
  command.on_line = [&](platform::Stream stream, std::string_view line) {
    if (stream == platform::Stream::out) listing.append(line).append("\n");
    lines.emplace_back(line);
  };
  const auto outcome = session_.platform.processes.run(command);
  session_.timer.end();
  RunResult run;
  run.phase = "plan";
  run.seconds = session_.timer.seconds_in("plan");
  if (!outcome) {
    run.how = RunResult::How::error;
    run.error = outcome.error();
    return run;
  }
  if (outcome->end == platform::End::cancelled) run.how = RunResult::How::cancelled;
  if (outcome->end == platform::End::timed_out) run.how = RunResult::How::deadline;
  if (outcome->end == platform::End::exited && outcome->code != 0) {
    run.how = RunResult::How::failed;
    run.failure = classify(lines);
    if (!run.failure) run.failure = {FailureKind::other, {}, {}, {}, outcome->describe()};
  }
  if (run.how == RunResult::How::done) plan_ = parse_plan(listing);
  return run;
}

RunResult Transaction::install(DebCopies* copies) {
  if (!plan_.removed.empty()) {
    session_.problems.warn(
        "removal", fmt::format("apt removes installed packages that conflict: {}", base::join(plan_.removed, ", ")));
  }
  archives_.clear();
  const auto folder = archives_folder();
  if (folder) find_archives(*folder);
  const auto ahead = read_ahead(copies);
  if (folder) {
    if (auto fetched = fetch(*folder); fetched.how != RunResult::How::done) return fetched;
  }
  if (ahead) session_.tool.use_stand_in(ahead->folder());
  auto run = AptRun(session_.platform, session_.settings, session_.timer)
                 .run(session_.tool.changing(install_arguments({"--allow-downgrades"}, texts_), sources_), "download",
                      static_cast<double>(plan_.bytes()));
  session_.tool.use_stand_in({});
  if (ahead) {
    session_.platform.log.detail(
        fmt::format("{} of {} archives were read ahead", ahead->served(), plan_.packages.size()));
  }
  if (run.how == RunResult::How::done) session_.timer.add_bytes("download", plan_.bytes());
  return run;
}

// Where apt keeps archives. Nothing when it does not say.
std::optional<std::filesystem::path> Transaction::archives_folder() const {
  platform::Command command;
  command.argv = {"apt-config", "shell", "folder", "Dir::Cache::archives/d"};
  command.timeout = session_.tool.time_left(kQuestion);
  const auto outcome = session_.platform.processes.run(command);
  if (!outcome || !outcome->succeeded()) return std::nullopt;
  const auto parts = base::split(outcome->out, '\'');  // folder='/var/cache/apt/archives/'
  if (parts.size() != 3 || parts[1].empty()) return std::nullopt;
  return parts[1];
}

// Downloads the archives over several connections. Where that fails by itself, apt-get is left to do it, and to say
// what is wrong.
RunResult Transaction::fetch(const std::filesystem::path& archives) {
  const auto list = archives_to_fetch(plan_, archives);
  std::int64_t bytes = 0;
  for (const auto& archive : list) bytes += archive.bytes;
  if (bytes < kWorthFetching) return {};
  const auto folder = platform::TemporaryFolder::make("/tmp", "ci-optimizer-list-");
  if (!folder || !platform::write_file(folder->path() / "list", to_text(list))) return {};
  auto run = AptRun(session_.platform, session_.settings, session_.timer)
                 .run(session_.tool.fetching(folder->path() / "list", archives, sources_), "download",
                      static_cast<double>(bytes));
  if (run.how == RunResult::How::failed && !run.was_stopped) {
    session_.platform.log.detail("archives could not be fetched together: " + run.failure.detail);
    return {};
  }
  return run;
}

void Transaction::find_archives(const std::filesystem::path& folder) {
  for (const auto& package : plan_.packages) {
    archives_.push_back(package.local_file.empty() ? folder / package.file : std::filesystem::path(package.local_file));
  }
}

// Has the archives of the plan decompressed while apt and dpkg do the rest. Nothing where that cannot be: dpkg then
// does it by itself.
std::unique_ptr<DpkgDebService> Transaction::read_ahead(DebCopies* copies) {
  if (archives_.empty()) return nullptr;
  UnpackAhead::Limits limits;
  limits.workers = platform::usable_cores();
  auto service = DpkgDebService::start(session_.tool.path(), archives_, limits, copies);
  if (service && session_.settings.lifetime == Lifetime::ephemeral) {
    (void)add_stand_ins((*service)->folder(), session_.settings.program);
  }
  if (service) return std::move(*service);
  session_.problems.warn("read-ahead", "archives are not read ahead: " + service.error().message);
  return nullptr;
}

}  // namespace ci::apt
