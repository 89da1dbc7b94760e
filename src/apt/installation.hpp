#pragma once
// One installation from the question what is missing to the answer what is there now.
#include <optional>
#include <string>
#include <vector>

#include "apt/debs_tier.hpp"
#include "apt/deferred_triggers.hpp"
#include "apt/delta_tier.hpp"
#include "apt/dpkg_database.hpp"
#include "apt/plan.hpp"
#include "apt/session.hpp"
#include "history/record.hpp"
#include "platform/platform.hpp"

namespace ci::apt {

struct InstallResult {
  history::AptOutcome outcome;
  std::vector<history::Problem> problems;  // warnings, and the failure if there was one
  std::optional<base::ErrorKind> failure;  // nothing when every requested package is installed
  std::vector<history::Span> spans;        // of the phases, after the start of install()
  std::vector<history::CacheOutcome> caches;
  std::vector<PendingSave> pending_saves;  // to be committed when the rest of the job succeeded
};

class Installation {
 public:
  Installation(const platform::Platform& platform, Settings settings, Cache cache = {});

  // Installs what is missing. Touches nothing when nothing is. Whatever happens, the result tells what dpkg says is
  // there at the end.
  InstallResult install();

  // Asks what install() would do, changes nothing and fetches nothing: packages pending with their sizes.
  InstallResult plan();

  // Tells what dpkg knows of the requested packages; those that are missing are pending.
  InstallResult status();

 private:
  bool prepare();
  bool read_files();
  bool add_sources();
  bool become_root();
  bool mend();
  void end_killed_restores();
  bool restore_delta(DeltaTier& delta);
  void mend_libraries(const DeltaTier& delta);
  void install_with_apt(DeltaTier* delta, DebsTier* debs);
  bool install_from_debs(DebsTier& debs);
  void install_from_network(DebsTier* debs);
  void defer_triggers(DeferredTriggers& triggers);
  void release_triggers(DeferredTriggers& triggers);
  void check_result();
  InstallResult finish();

  const platform::Platform& platform_;
  Settings settings_;
  Cache cache_;
  PhaseTimer timer_;
  AptTool tool_;
  platform::Monotonic started_;
  InstallResult result_;
  Problems problems_;
  Session session_;

  std::optional<ConfiguredSources> configured_;
  DpkgDatabase database_;
  std::vector<const PackageSpec*> missing_;
  Plan plan_;
  std::vector<std::filesystem::path> archives_;  // in the order of plan_; empty when the cache gave them
};

}  // namespace ci::apt
