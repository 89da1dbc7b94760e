#include "history_store/git_repository.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/base64.hpp"
#include "base/text.hpp"
#include "platform/foreign_text.hpp"
#include "platform/url.hpp"

namespace ci::history_store {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::fail;
using platform::Outcome;

// What of the checkout's settings it takes to get at its remote.
constexpr const char* kAccess = "^(http|url|credential|ssh|protocol)\\.|^core\\.(sshcommand|askpass|gitproxy)$";
constexpr const char* kOurRef = "refs/heads/history";
constexpr std::size_t kLongestReason = 300;

const std::vector<std::string>& inherited_places() {
  static const std::vector<std::string> kNames = {
      "GIT_DIR",       "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
      "GIT_NAMESPACE", "GIT_PREFIX"};
  return kNames;
}

bool mentions(std::string_view text, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](const char* word) { return text.find(word) != std::string_view::npos; });
}

// A disk that is full, here or at the remote; of a ref or a setting git says no more than that it could not write it.
bool has_no_room(std::string_view text) {
  return mentions(text, {"No space left on device", "Out of diskspace", "Disk quota exceeded", "couldn't write '",
                         "could not set '"});
}

// How much a line of git's says about what is wrong; what the remote says counts more than what git concludes from it.
int weight_of(std::string_view line) {
  if (has_no_room(line)) return 3;
  if (line.starts_with("fatal:") || line.starts_with("remote:")) return 2;
  return line.starts_with("error:") && !line.starts_with("error: failed to push some refs") ? 1 : 0;
}

// The last of the lines that say most; the first one when none says anything.
std::string reason_in(const std::string& output) {
  std::string reason;
  int most = 1;
  for (const auto& line : base::split(output, '\n')) {
    const auto text = base::trim(line);
    if (!reason.empty() && weight_of(text) < most) continue;
    reason = text;
    most = std::max(most, weight_of(text));
  }
  return std::string(base::truncate_utf8(platform::disarmed_line(reason), kLongestReason));
}

}  // namespace

base::Error GitRepository::failure(const std::string& what, const Outcome& outcome) const {
  const auto text = base::replace_all(outcome.err, remote_, platform::shown_url(remote_));
  if (outcome.end == platform::End::timed_out) return {ErrorKind::timeout, what + ": it took too long", {}};
  if (outcome.end == platform::End::cancelled) return {ErrorKind::cancelled, what + ": cancelled", {}};
  const auto why =
      fmt::format("{}: {}", what, outcome.end == platform::End::exited ? reason_in(text) : outcome.describe());
  const bool sends = what == "git push";
  if (has_no_room(text)) return {sends ? ErrorKind::unavailable : ErrorKind::io, why, {}};
  if (!sends && what != "git fetch" && what != "git ls-remote") return {ErrorKind::io, why, {}};
  if (mentions(text, {"403", "401", "denied", "Authentication failed", "could not read Username", "read only",
                      "protected branch", "pre-receive hook declined", "unpacker error", "insufficient permission"})) {
    return {ErrorKind::permission, why, "on GitHub the job needs `permissions: contents: write`"};
  }
  return {ErrorKind::unavailable, why, {}};
}

void GitRepository::add_setting(const std::string& name, const std::string& value) {
  settings_[fmt::format("GIT_CONFIG_KEY_{}", setting_count_)] = name;
  settings_[fmt::format("GIT_CONFIG_VALUE_{}", setting_count_)] = value;
  settings_["GIT_CONFIG_COUNT"] = std::to_string(++setting_count_);
}

base::Result<Outcome> GitRepository::run(std::vector<std::string> arguments,
                                         const std::map<std::string, std::string>& environment,
                                         const fs::path& directory) {
  const auto left = end_ - platform_->clock.monotonic();
  if (left <= base::Duration::zero()) return fail(ErrorKind::timeout, "git: there was no time left");
  platform::Command command;
  command.argv = {"git"};
  command.argv.insert(command.argv.end(), std::make_move_iterator(arguments.begin()),
                      std::make_move_iterator(arguments.end()));
  command.unset = inherited_places();
  command.environment = settings_;
  command.environment["GIT_TERMINAL_PROMPT"] = "0";
  command.environment["LC_ALL"] = "C";
  if (directory.empty()) command.environment["GIT_DIR"] = (folder_ / "git-repository").string();
  for (const auto& [name, value] : environment) command.environment[name] = value;
  command.directory = directory.empty() ? folder_.string() : directory.string();
  command.timeout = left;
  return platform_->processes.run(command);
}

base::Result<std::string> GitRepository::answer(std::vector<std::string> arguments,
                                                const std::map<std::string, std::string>& environment) {
  const std::string what = "git " + arguments.front();
  const auto outcome = run(std::move(arguments), environment);
  if (!outcome) return fail(outcome.error());
  if (!outcome->succeeded()) return fail(failure(what, *outcome));
  return std::string(base::trim(outcome->out));
}

base::Result<GitRepository> GitRepository::open(const fs::path& folder, const fs::path& checkout,
                                                const std::string& branch, const platform::Platform& platform,
                                                platform::Monotonic end) {
  GitRepository repository(folder, platform);
  repository.end_ = end;
  repository.branch_ = branch;
  if (auto copied = repository.copy_settings(checkout); !copied) return fail(copied.error());
  const auto made =
      repository.answer({"init", "--quiet", "--bare", "--template=", "git-repository"}, {{"GIT_DIR", ""}});
  if (!made) return fail(made.error());
  return repository;
}

base::Result<void> GitRepository::copy_settings(const fs::path& checkout) {
  // A checkout may belong to somebody else, as in a job's container; only its settings are read.
  add_setting("safe.directory", "*");
  const auto url = run({"remote", "get-url", "origin"}, {}, checkout);
  if (!url) return fail(url.error());
  if (!url->succeeded()) {
    return fail(
        ErrorKind::environment,
        fmt::format("{} is no checkout of a repository with a remote: {}", checkout.string(), reason_in(url->err)),
        "history in a branch needs actions/checkout before it");
  }
  remote_ = base::trim(url->out);
  const auto found = run({"config", "--includes", "--null", "--get-regexp", kAccess}, {}, checkout);
  if (!found) return fail(found.error());
  bool has_header = false;
  for (const auto& entry : base::split(found->out, '\0')) {
    const auto end = entry.find('\n');
    if (end == std::string::npos) continue;
    add_setting(entry.substr(0, end), entry.substr(end + 1));
    has_header = has_header || base::lower(entry.substr(0, end)).ends_with(".extraheader");
  }
  for (const auto& [name, value] : {std::pair("gc.auto", "0"), std::pair("maintenance.auto", "false"),
                                    std::pair("core.hooksPath", "/dev/null"), std::pair("core.symlinks", "false"),
                                    std::pair("core.autocrlf", "false"), std::pair("advice.detachedHead", "false")})
    add_setting(name, value);
  const auto& environment = platform_->environment;
  auto token = environment.get("INPUT_GITHUB-TOKEN");
  if (token.empty()) token = environment.get("GITHUB_TOKEN");
  const auto server = environment.get("GITHUB_SERVER_URL");
  if (!has_header && !token.empty() && !server.empty() && platform::same_origin(server, remote_)) {
    add_setting(fmt::format("http.{}/.extraheader", server),
                "AUTHORIZATION: basic " + base::base64("x-access-token:" + token));
  }
  return {};
}

base::Result<std::string> GitRepository::remote_tip() {
  const auto listed = answer({"ls-remote", "--heads", remote_, "refs/heads/" + branch_});
  if (!listed) return fail(listed.error());
  return listed->substr(0, listed->find_first_of("\t \n"));
}

base::Result<std::string> GitRepository::fetch(Contents contents) {
  std::vector<std::string> arguments = {"fetch", "--quiet", "--no-tags", "--depth=1", "--no-write-fetch-head"};
  if (contents == Contents::names) arguments.emplace_back("--filter=blob:none");
  arguments.push_back(remote_);
  arguments.push_back(fmt::format("+refs/heads/{}:{}", branch_, kOurRef));
  const auto done = answer(std::move(arguments));
  return done ? answer({"rev-parse", "--verify", kOurRef}) : done;
}

base::Result<void> GitRepository::check_out(const std::string& commit, const fs::path& folder) {
  const auto done = answer({"read-tree", "--reset", "-u", commit},
                           {{"GIT_WORK_TREE", folder.string()}, {"GIT_INDEX_FILE", (folder_ / "git-tree").string()}});
  return done ? base::Result<void>() : base::Result<void>(fail(done.error()));
}

base::Result<std::vector<std::string>> GitRepository::paths(const std::string& commit,
                                                            const std::vector<std::string>& patterns) {
  std::vector<std::string> found;
  if (commit.empty()) return found;
  const std::map<std::string, std::string> place = {{"GIT_INDEX_FILE", (folder_ / "git-change").string()}};
  if (const auto read = answer({"read-tree", commit}, place); !read) return fail(read.error());
  std::vector<std::string> arguments = {"ls-files", "--cached", "-z", "--"};
  arguments.insert(arguments.end(), patterns.begin(), patterns.end());
  const auto listed = answer(std::move(arguments), place);
  if (!listed) return fail(listed.error());
  for (auto& path : base::split(*listed, '\0')) {
    if (!path.empty()) found.push_back(std::move(path));
  }
  return found;
}

base::Result<std::string> GitRepository::commit_files(const std::string& parent, const std::vector<NewFile>& added,
                                                      const std::vector<std::string>& removed,
                                                      const std::string& message) {
  const std::string index = (folder_ / "git-change").string();
  const std::map<std::string, std::string> place = {{"GIT_INDEX_FILE", index}};
  const auto read = parent.empty() ? answer({"read-tree", "--empty"}, place) : answer({"read-tree", parent}, place);
  if (!read) return read;
  if (!removed.empty()) {
    std::vector<std::string> arguments = {"update-index", "--force-remove", "--"};
    arguments.insert(arguments.end(), removed.begin(), removed.end());
    // git wants a work tree for that, though nothing in one is looked at.
    const std::map<std::string, std::string> with_tree = {{"GIT_INDEX_FILE", index},
                                                          {"GIT_WORK_TREE", folder_.string()}};
    if (const auto done = answer(std::move(arguments), with_tree); !done) return done;
  }
  std::vector<std::string> hashed = {"hash-object", "-w", "--no-filters", "--"};
  for (const auto& file : added) hashed.push_back(file.file.string());
  const auto blobs = answer(std::move(hashed));
  if (!blobs) return blobs;
  const auto ids = base::split(*blobs, '\n');
  if (ids.size() != added.size()) return fail(ErrorKind::io, "git hash-object: not every file was written");
  std::vector<std::string> arguments = {"update-index", "--add"};
  for (std::size_t i = 0; i < added.size(); ++i)
    arguments.insert(arguments.end(), {"--cacheinfo", fmt::format("100644,{},{}", ids[i], added[i].path)});
  if (const auto done = answer(std::move(arguments), place); !done) return done;
  return write_commit(parent, index, message);
}

base::Result<std::string> GitRepository::commit_folder(const std::string& parent, const fs::path& folder,
                                                       const std::string& message) {
  const std::string index = (folder_ / "git-tree").string();
  const auto added = answer({"add", "--all", "."}, {{"GIT_INDEX_FILE", index}, {"GIT_WORK_TREE", folder.string()}});
  if (!added) return added;
  return write_commit(parent, index, message);
}

base::Result<std::string> GitRepository::write_commit(const std::string& parent, const std::string& index,
                                                      const std::string& message) {
  // Of what was there before only the names need be known.
  const auto tree = answer({"write-tree", "--missing-ok"}, {{"GIT_INDEX_FILE", index}});
  if (!tree) return tree;
  if (!parent.empty()) {
    const auto before = answer({"rev-parse", "--verify", parent + "^{tree}"});
    if (!before) return before;
    if (*before == *tree) return std::string();
  }
  std::vector<std::string> arguments = {"commit-tree", "-m", message};
  if (!parent.empty()) arguments.insert(arguments.end(), {"-p", parent});
  arguments.push_back(*tree);
  return answer(std::move(arguments), {{"GIT_AUTHOR_NAME", "ci-optimizer"},
                                       {"GIT_AUTHOR_EMAIL", "ci-optimizer@users.noreply.github.com"},
                                       {"GIT_COMMITTER_NAME", "ci-optimizer"},
                                       {"GIT_COMMITTER_EMAIL", "ci-optimizer@users.noreply.github.com"}});
}

base::Result<GitRepository::Push> GitRepository::push(const std::string& commit) {
  const auto outcome =
      run({"push", "--quiet", "--no-verify", remote_, fmt::format("{}:refs/heads/{}", commit, branch_)});
  if (!outcome) return fail(outcome.error());
  if (outcome->succeeded()) return Push::done;
  if (outcome->end == platform::End::exited && !has_no_room(outcome->err) &&
      mentions(outcome->err, {"fetch first", "non-fast-forward", "cannot lock ref", "failed to update ref",
                              "reference already exists", "stale info", "incorrect old value"}))
    return Push::rejected;
  return fail(failure("git push", *outcome));
}

}  // namespace ci::history_store
