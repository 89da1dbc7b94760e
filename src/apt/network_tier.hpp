#pragma once
// The installation from the mirrors: update when the lists are stale, plan, download, install, with one remedy for
// what went wrong where there is one.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apt/apt_run.hpp"
#include "apt/deb_repository.hpp"
#include "apt/plan.hpp"
#include "apt/session.hpp"
#include "apt/sources.hpp"
#include "apt/transaction.hpp"

namespace ci::apt {

// What the cache of .debs gives to this tier and takes from it; each may be nullptr.
struct CachedDebs {
  const DebRepository* repository = nullptr;  // archives that need no download
  DebCopies* copies = nullptr;                // gets a copy of each archive
};

class NetworkTier {
 public:
  NetworkTier(const Session& session, std::vector<const PackageSpec*> missing, CachedDebs cached = {})
      : session_(session), missing_(std::move(missing)), cached_(cached) {}

  // Installs the missing packages; needs root. A failure is told to the session's problems.
  void install();

  // Asks apt what it would do, with the lists as they are. A failure is told to the session's problems.
  void plan_only();

  // What apt would do, or has done; empty before.
  [[nodiscard]] const Plan& plan() const { return plan_; }
  // The files of the installed archives, in the plan's order; empty before.
  [[nodiscard]] const std::vector<std::filesystem::path>& archives() const { return archives_; }
  // How many of them are the cache's.
  [[nodiscard]] std::size_t reused() const { return reused_; }

 private:
  // How a step ended: done, failed (failure_ says why, a remedy may help), or ended (the problems hold the verdict).
  enum class Step { done, failed, ended };

  void try_with_remedies();
  Step attempt(bool update_first);
  Step update();
  Step make_plan();
  void reuse_archives();
  Step download_and_install();
  Step judge(const RunResult& run);
  RunResult run(platform::Command command, const std::string& phase, double expected_bytes);
  bool use_next_mirror();
  void remove_alternate_lists();
  bool wait_for_lock();
  std::string why_lists_are_stale();
  void end_with_failure();
  [[nodiscard]] std::vector<std::string> missing_texts() const;
  [[nodiscard]] const SourceFolders* sources() const { return folders_ ? &*folders_ : nullptr; }

  const Session& session_;
  const std::vector<const PackageSpec*> missing_;
  const CachedDebs cached_;
  Plan plan_;
  std::unique_ptr<Transaction> transaction_;  // that made the plan
  std::vector<std::filesystem::path> archives_;
  std::size_t reused_ = 0;
  bool may_reuse_ = true;
  std::optional<AlternateSources> alternate_;  // in use after the machine's own sources failed
  std::optional<SourceFolders> folders_;       // of alternate_
  std::optional<SourceFolders> beside_;        // the same or the machine's own, with the cache's archives
  std::vector<Failure> failed_sources_;        // whose lists the last update could not fetch
  bool updated_ = false;

  Failure failure_;
  std::string failed_phase_;
  double failed_seconds_ = 0;
};

}  // namespace ci::apt
