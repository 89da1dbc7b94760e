#pragma once
// The installation from cached .debs: real apt-get and dpkg, no network. For a system that is not the one that an
// installation was captured on, but of the same release.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apt/cached_entry.hpp"
#include "apt/deb_copies.hpp"
#include "apt/deb_repository.hpp"
#include "apt/dpkg_database.hpp"
#include "apt/pending_save.hpp"
#include "apt/session.hpp"
#include "history/record.hpp"

namespace ci::apt {

class DebsTier {
 public:
  // `specs` are all packages asked for. The store of `cache` must be there.
  DebsTier(const Session& session, const Cache& cache, const std::vector<PackageSpec>& specs);

  // Finds, unpacks and verifies the newest entry for this system and request. Returns "" or why it cannot be installed
  // from; repository() may be there all the same, for another tier to use what is in it.
  std::string prepare();

  // Installs `missing` from what prepare() unpacked; `database` is what is installed now. Needs root. Returns "" or why
  // not; the session's problems hold a failure when no other tier may try. touched() tells whether dpkg was started.
  std::string install(const std::vector<const PackageSpec*>& missing, const DpkgDatabase& database);
  [[nodiscard]] bool touched() const { return touched_; }

  // To be called when this tier does not serve: where copies go of the archives that another tier installs; nullptr
  // when none are wanted.
  DebCopies* begin_copies();

  // To be called when the other tier has done `plan` with the files `archives` in `install_seconds`, which leaves
  // `database`: writes them to the store. Nothing when there is nothing to save; outcome() says why.
  std::optional<PendingSave> save(const Plan& plan, const std::vector<std::filesystem::path>& archives,
                                  const DpkgDatabase& database, double install_seconds);

  // Notes that another tier used `archives` of what prepare() unpacked.
  void note_reuse(std::size_t archives);

  [[nodiscard]] const DebRepository* repository() const { return repository_ ? &*repository_ : nullptr; }
  // What install() has done.
  [[nodiscard]] const Plan& plan() const { return plan_; }
  // What the cache did, for the record.
  [[nodiscard]] const history::CacheOutcome& outcome() const { return outcome_; }

 private:
  std::string unpack(const CachedEntry& found);
  base::Result<std::vector<IndexedDeb>> gather(const Plan& plan, const std::vector<std::filesystem::path>& archives);
  base::Result<std::vector<std::string>> unmet_after(const std::vector<IndexedDeb>& debs, const DpkgDatabase& database);
  base::Result<std::int64_t> write(store::Upload& upload, const DebIndex& index);
  void not_saved(const std::string& reason);
  [[nodiscard]] std::vector<std::string> texts(const std::vector<const PackageSpec*>& missing) const;

  const Session& session_;
  const Cache& cache_;
  const std::vector<PackageSpec>& specs_;
  std::string identity_;
  bool may_save_ = false;
  bool touched_ = false;
  std::optional<DebRepository> repository_;
  std::optional<DebCopies> copies_;
  Plan plan_;
  history::CacheOutcome outcome_;
};

}  // namespace ci::apt
