#include "history_store/git_history_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "base/digest.hpp"
#include "base/text.hpp"

namespace ci::history_store {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::fail;

constexpr int kMostTries = 40;
constexpr std::size_t kNameLength = 24;
constexpr std::size_t kRecordsAtOnce = 200;
constexpr base::Duration kFirstPause = std::chrono::milliseconds(30);
constexpr base::Duration kLongestPause = std::chrono::seconds(1);

struct NamedRow {
  Row row;
  std::string digest;  // of its identity()
};

std::string path_of(const NamedRow& named) {
  return fmt::format("records/{}/{}-{}.json", date_of(named.row.started_at), named.digest, named.row.id);
}

// The earlier records that these replace. Error: data when another run has one of their ids.
base::Result<std::vector<std::string>> replaced_by(const std::vector<NamedRow>& rows,
                                                   const std::vector<std::string>& paths) {
  std::set<std::string> own;
  std::map<std::string, std::string> by_digest;  // its id
  std::map<std::string, std::string> by_id;      // its digest
  for (const auto& named : rows) {
    own.insert(path_of(named));
    by_digest[named.digest] = named.row.id;
    by_id[named.row.id] = named.digest;
  }
  std::vector<std::string> replaced;
  for (const auto& path : paths) {
    const auto name = fs::path(path).stem().string();
    const auto digest = name.substr(0, name.find('-'));
    const auto id = name.size() > digest.size() ? name.substr(digest.size() + 1) : "";
    if (const auto same = by_id.find(id); same != by_id.end() && same->second != digest)
      return fail(ErrorKind::data, "another run has a record with the id " + id);
    if (by_digest.contains(digest) && !own.contains(path)) replaced.push_back(path);
  }
  return replaced;
}

// So that writers which met once do not meet again.
base::Duration pause_after(int tries) {
  static thread_local std::mt19937 generator{std::random_device{}()};
  const auto most = std::min(kLongestPause, kFirstPause * (1 << std::min(tries, 6)));
  return base::Duration(std::uniform_int_distribution<std::int64_t>(0, most.count())(generator));
}

}  // namespace

bool is_branch(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' ||
           c == '/' || c == '-';
  };
  if (name.empty() || name.size() > 200 || !std::all_of(name.begin(), name.end(), allowed)) return false;
  if (name.starts_with('-') || name.find("..") != std::string_view::npos) return false;
  for (const auto& part : base::split(name, '/')) {
    if (part.empty() || part.starts_with('.') || part.ends_with('.') || part.ends_with(".lock")) return false;
  }
  return true;
}

base::Result<GitRepository*> GitHistoryStore::repository() {
  const auto end = platform_.clock.monotonic() + patience_;
  if (!repository_) {
    std::error_code error;
    const auto parent = fs::temp_directory_path(error);
    platform::RunFolder::remove_left_behind(parent);
    auto work = platform::RunFolder::make(parent, "history");
    if (!work) return fail(work.error());
    auto opened = GitRepository::open(work->path(), checkout_, branch_, platform_, end);
    if (!opened) return fail(opened.error());
    work_.emplace(std::move(*work));
    repository_.emplace(std::move(*opened));
  }
  repository_->set_end(end);
  return &*repository_;
}

base::Result<void> GitHistoryStore::publish(GitRepository::Contents contents, const Change& change) {
  const auto repository = this->repository();
  if (!repository) return fail(repository.error());
  for (int tries = 1; tries <= kMostTries; ++tries) {
    auto tip = (*repository)->remote_tip();
    if (tip && !tip->empty()) tip = (*repository)->fetch(contents);  // it may be a newer one by now
    if (!tip) return fail(tip.error());
    const auto commit = change(**repository, *tip);
    if (!commit) return fail(commit.error());
    if (commit->empty()) return {};
    const auto pushed = (*repository)->push(*commit);
    if (!pushed) return fail(pushed.error());
    if (*pushed == GitRepository::Push::done) return {};
    platform_.clock.sleep(pause_after(tries));
    if (platform_.cancellation.signal() != 0) return fail(ErrorKind::cancelled, "interrupted");
  }
  return fail(ErrorKind::unavailable, fmt::format("{} others were faster, one after the other", kMostTries));
}

base::Result<void> GitHistoryStore::put(const base::Json& document) {
  return put_all({document});
}

base::Result<void> GitHistoryStore::put_all(const std::vector<base::Json>& documents) {
  const auto within = [&](const base::Error& error) {
    return fail(error.within("cannot put a record into " + name()));
  };
  for (std::size_t first = 0; first < documents.size(); first += kRecordsAtOnce) {
    const auto end = std::min(first + kRecordsAtOnce, documents.size());
    if (auto done = put_some({documents.begin() + static_cast<std::ptrdiff_t>(first),
                              documents.begin() + static_cast<std::ptrdiff_t>(end)});
        !done)
      return within(done.error());
  }
  return {};
}

base::Result<void> GitHistoryStore::put_some(const std::vector<base::Json>& documents) {
  std::vector<NamedRow> rows;
  std::vector<std::string> patterns;
  for (const auto& document : documents) {
    auto row = row_of(document);
    if (!row) return fail(row.error());
    auto digest = base::hex(base::sha256(identity(*row))).substr(0, kNameLength);
    patterns.push_back(fmt::format("records/*/{}-*.json", digest));
    patterns.push_back(fmt::format("records/*/*-{}.json", row->id));
    rows.push_back({std::move(*row), std::move(digest)});
  }
  if (const auto ready = repository(); !ready) return fail(ready.error());
  std::map<std::string, GitRepository::NewFile> files;  // by digest: of two of one run the later
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto file = work_->path() / fmt::format("record{}.json", i);
    if (auto written = platform::write_file(file, documents[i].pretty() + "\n"); !written) return written;
    files[rows[i].digest] = {file, path_of(rows[i])};
  }
  std::vector<GitRepository::NewFile> added;
  for (auto& [digest, file] : files) added.push_back(std::move(file));
  const auto message = rows.size() == 1 ? "Keep a record" : fmt::format("Keep {} records", rows.size());
  return publish(GitRepository::Contents::names,
                 [&](GitRepository& repository, const std::string& tip) -> base::Result<std::string> {
                   const auto paths = repository.paths(tip, patterns);
                   if (!paths) return fail(paths.error());
                   const auto replaced = replaced_by(rows, *paths);
                   if (!replaced) return fail(replaced.error());
                   return repository.commit_files(tip, added, *replaced, message);
                 });
}

base::Result<void> GitHistoryStore::check_out(GitRepository& repository, const std::string& tip) {
  if (tip == checked_out_) return {};
  std::error_code error;
  if (tip.empty()) {
    files_.reset();
    fs::remove_all(folder(), error);
  } else {
    fs::create_directories(folder(), error);
    if (auto done = repository.check_out(tip, folder()); !done) return done;
  }
  checked_out_ = tip;
  return {};
}

base::Result<FileHistoryStore*> GitHistoryStore::files() {
  const auto repository = this->repository();
  if (!repository) return fail(repository.error().within("cannot read " + name()));
  auto tip = (*repository)->remote_tip();
  if (tip && !tip->empty() && *tip != checked_out_) tip = (*repository)->fetch(GitRepository::Contents::files);
  if (!tip) return fail(tip.error().within("cannot read " + name()));
  if (auto done = check_out(**repository, *tip); !done) return fail(done.error().within("cannot read " + name()));
  if (!files_) files_.emplace(folder(), platform_.clock, patience_);
  return &*files_;
}

base::Result<std::vector<Row>> GitHistoryStore::rows(const Selection& selection) {
  const auto files = this->files();
  return files ? (*files)->rows(selection) : base::Result<std::vector<Row>>(fail(files.error()));
}

base::Result<base::Json> GitHistoryStore::document(const std::string& id) {
  const auto files = this->files();
  if (!files) return fail(files.error());
  const auto document = (*files)->document(id);
  if (!document && document.error().kind == ErrorKind::data)
    return fail(ErrorKind::data, fmt::format("{} has no record {}", name(), id));
  return document;
}

base::Result<std::size_t> GitHistoryStore::prune(base::TimePoint now, history::Retention retention) {
  std::size_t count = 0;
  const auto change = [&](GitRepository& repository, const std::string& tip) -> base::Result<std::string> {
    count = 0;
    if (tip.empty()) return std::string();
    if (auto done = check_out(repository, tip); !done) return fail(done.error());
    FileHistoryStore files(folder(), platform_.clock, patience_);
    const auto removed = files.prune(now, retention);
    if (!removed) return fail(removed.error());
    count = *removed;
    if (count == 0) return std::string();
    files_.reset();
    checked_out_ = "changed";  // the folder is no commit's any more
    for (const auto& own : {files.layout().index(), files.layout().index_lock(), files.layout().removal_lock()}) {
      std::error_code error;
      fs::remove(own, error);
    }
    return repository.commit_folder(tip, folder(), fmt::format("Roll up {} records", count));
  };
  if (auto done = publish(GitRepository::Contents::files, change); !done)
    return fail(done.error().within("cannot prune " + name()));
  return count;
}

base::Result<std::vector<Day>> GitHistoryStore::days(const Selection& selection) {
  const auto files = this->files();
  return files ? (*files)->days(selection) : base::Result<std::vector<Day>>(fail(files.error()));
}

}  // namespace ci::history_store
