#pragma once
// The installation from the cache: everything that a real installation changed on an equal base, put back as files.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apt/delta_key.hpp"
#include "apt/pending_save.hpp"
#include "apt/plan.hpp"
#include "apt/session.hpp"
#include "base/json.hpp"
#include "elf/missing_libraries.hpp"
#include "history/record.hpp"
#include "platform/run_folder.hpp"
#include "store/store.hpp"

namespace ci::apt {

class DeltaTier {
 public:
  // Needs root from restore() on. `specs` are all packages asked for. The store of `cache` must be there.
  DeltaTier(const Session& session, const Cache& cache, const std::vector<PackageSpec>& specs);

  // Restores the newest entry that was made on an equal base for an equal request. Returns "" or why there is none or
  // it was not restored.
  std::string restore();

  // The packages that restore() has put in place, as a plan without downloads.
  [[nodiscard]] const Plan& plan() const { return plan_; }

  // What the programs and libraries that restore() put in place lack, and did not where they were captured: empty, or
  // this machine is not the one that it seemed to be.
  [[nodiscard]] const std::vector<elf::MissingLibrary>& missing() const { return missing_; }
  // The packages whose installation done again may bring what is missing.
  [[nodiscard]] const std::vector<std::string>& suspects() const { return suspects_; }

  // To be called before another tier installs: notes the state that capture() compares with. A failure only means that
  // nothing will be saved.
  void take_snapshot();

  // To be called when another tier has installed everything in `install_seconds`: writes what changed to the store.
  // Nothing when there is nothing to save; outcome() says why.
  std::optional<PendingSave> capture(double install_seconds);

  // What the cache did, for the record.
  [[nodiscard]] const history::CacheOutcome& outcome() const { return outcome_; }

 private:
  // What a child of ours with root rights said.
  struct Answer {
    base::Json document;
    std::string failure;   // "" when it succeeded
    bool damaged = false;  // whether it found what it read damaged
  };

  std::string find_key();
  std::string open_newest(std::unique_ptr<store::Download>& download, store::Entry& entry);
  Answer ask(std::vector<std::string> arguments, const std::string& phase, int archive);
  void warn_of(const Answer& answer, const std::string& when);
  [[nodiscard]] std::vector<std::string> with_receipt(std::vector<std::string> arguments,
                                                      const std::string& entry) const;
  void not_saved(const std::string& reason);
  // Of the keys of all entries for this base and request.
  [[nodiscard]] const std::string& prefix() const { return key_.key.restore_keys.front(); }
  [[nodiscard]] std::filesystem::path snapshot_file() const { return folder_->path() / "snapshot"; }
  [[nodiscard]] std::filesystem::path parts_file() const { return folder_->path() / "parts"; }

  const Session& session_;
  const Cache& cache_;
  const std::vector<PackageSpec>& specs_;
  DeltaKey key_;
  std::optional<platform::RunFolder> folder_;
  bool may_save_ = false;
  Plan plan_;
  std::vector<elf::MissingLibrary> missing_;
  std::vector<std::string> suspects_;
  history::CacheOutcome outcome_;
};

}  // namespace ci::apt
