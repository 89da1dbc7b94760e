#pragma once
// Records as files of an orphan branch of a repository: docs/HISTORY.md, "git:".
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

#include "history_store/file_history_store.hpp"
#include "history_store/git_repository.hpp"
#include "history_store/history_store.hpp"
#include "platform/run_folder.hpp"

namespace ci::history_store {

// Whether `name` is fit for a branch: git's rules (git-check-ref-format), and only letters, digits and "._/-".
bool is_branch(std::string_view name);

// A record is one file, records/DAY/IDENTITY-ID.json, where IDENTITY is a digest of identity(): writers never meet in a
// file, only in the branch's tip, and whoever is second fetches it and tries again. Reading goes through a
// FileHistoryStore over a checkout.
class GitHistoryStore final : public HistoryStore {
 public:
  // `checkout`: a folder in a clone of the repository. `platform` must outlive the store. `patience`: of each call.
  GitHistoryStore(std::string branch, std::filesystem::path checkout, const platform::Platform& platform,
                  base::Duration patience)
      : branch_(std::move(branch)), checkout_(std::move(checkout)), platform_(platform), patience_(patience) {}

  [[nodiscard]] std::string name() const override { return "git:" + branch_; }
  base::Result<void> put(const base::Json& document) override;
  // Some hundreds of records are one commit.
  base::Result<void> put_all(const std::vector<base::Json>& documents) override;
  base::Result<std::vector<Row>> rows(const Selection& selection) override;
  base::Result<base::Json> document(const std::string& id) override;
  base::Result<std::size_t> prune(base::TimePoint now, history::Retention retention) override;
  base::Result<std::vector<Day>> days(const Selection& selection) override;

 private:
  // A change over the branch's tip: returns its commit; "" when there is nothing to change.
  using Change = std::function<base::Result<std::string>(GitRepository& repository, const std::string& tip)>;

  base::Result<GitRepository*> repository();
  base::Result<void> put_some(const std::vector<base::Json>& documents);
  base::Result<void> publish(GitRepository::Contents contents, const Change& change);
  base::Result<FileHistoryStore*> files();
  base::Result<void> check_out(GitRepository& repository, const std::string& tip);
  [[nodiscard]] std::filesystem::path folder() const { return work_->path() / "files"; }

  const std::string branch_;
  const std::filesystem::path checkout_;
  const platform::Platform& platform_;
  const base::Duration patience_;
  std::optional<platform::RunFolder> work_;
  std::optional<GitRepository> repository_;
  std::optional<FileHistoryStore> files_;
  std::string checked_out_;  // the commit in folder(); "" = none
};

}  // namespace ci::history_store
