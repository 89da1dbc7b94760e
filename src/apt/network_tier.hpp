#pragma once
// The installation from the mirrors: update when the lists are stale, plan, download, install, with one remedy for
// what went wrong where there is one.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apt/apt_run.hpp"
#include "apt/dpkg_deb_service.hpp"
#include "apt/plan.hpp"
#include "apt/session.hpp"
#include "apt/sources.hpp"

namespace ci::apt {

class NetworkTier {
 public:
  NetworkTier(const Session& session, std::vector<const PackageSpec*> missing)
      : session_(session), missing_(std::move(missing)) {}

  // Installs the missing packages; needs root. A failure is told to the session's problems.
  void install();

  // Asks apt what it would do, with the lists as they are. A failure is told to the session's problems.
  void plan_only();

  // What apt would do, or has done; empty before.
  [[nodiscard]] const Plan& plan() const { return plan_; }

 private:
  // How a step ended: done, failed (failure_ says why, a remedy may help), or ended (the problems hold the verdict).
  enum class Step { done, failed, ended };

  void try_with_remedies();
  Step attempt(bool update_first);
  Step update();
  Step make_plan();
  Step download_and_install();
  Step judge(const RunResult& run);
  RunResult run(platform::Command command, const std::string& phase, double expected_bytes);
  std::optional<std::filesystem::path> archives_folder();
  Step fetch(const std::filesystem::path& archives);
  std::unique_ptr<DpkgDebService> read_ahead(const std::filesystem::path& folder);
  bool use_next_mirror();
  void remove_alternate_lists();
  bool wait_for_lock();
  std::string why_lists_are_stale();
  void end_with_failure();
  [[nodiscard]] std::vector<std::string> missing_texts() const;
  [[nodiscard]] const AlternateSources* sources() const { return alternate_ ? &*alternate_ : nullptr; }

  const Session& session_;
  const std::vector<const PackageSpec*> missing_;
  Plan plan_;
  std::optional<AlternateSources> alternate_;  // in use after the machine's own sources failed
  std::vector<Failure> failed_sources_;        // whose lists the last update could not fetch
  bool updated_ = false;

  Failure failure_;
  std::string failed_phase_;
  double failed_seconds_ = 0;
};

}  // namespace ci::apt
