#pragma once
// One installation from the question what is missing to the answer what is there now.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apt/apt_run.hpp"
#include "apt/apt_tool.hpp"
#include "apt/dpkg_database.hpp"
#include "apt/dpkg_deb_service.hpp"
#include "apt/failure.hpp"
#include "apt/phase_timer.hpp"
#include "apt/plan.hpp"
#include "apt/problems.hpp"
#include "apt/settings.hpp"
#include "apt/sources.hpp"
#include "history/record.hpp"
#include "platform/platform.hpp"

namespace ci::apt {

struct InstallResult {
  history::AptOutcome outcome;
  std::vector<history::Problem> problems;  // warnings, and the failure if there was one
  std::optional<base::ErrorKind> failure;  // nothing when every requested package is installed
};

class Installation {
 public:
  Installation(const platform::Platform& platform, Settings settings);

  // Installs what is missing. Touches nothing when nothing is. Whatever happens, the result tells what dpkg says is
  // there at the end.
  InstallResult install();

  // Asks what install() would do, changes nothing and fetches nothing: packages pending with their sizes.
  InstallResult plan();

  // Tells what dpkg knows of the requested packages; those that are missing are pending.
  InstallResult status();

 private:
  // How a step ended: done, failed (failure_ says why, a remedy may help), or ended (the result holds the verdict).
  enum class Step { done, failed, ended };

  bool prepare();
  bool read_files();
  bool become_root();
  bool mend();
  void install_missing();
  Step attempt(bool update_first);
  Step update();
  Step make_plan();
  Step download_and_install();
  std::unique_ptr<DpkgDebService> read_ahead();
  Step judge(const RunResult& run);
  void check_result();
  bool use_next_mirror();
  bool wait_for_lock();
  std::string why_lists_are_stale();

  void end_with_failure();
  InstallResult finish();
  [[nodiscard]] std::vector<std::string> missing_texts() const;
  [[nodiscard]] const AlternateSources* sources() const { return alternate_ ? &*alternate_ : nullptr; }

  const platform::Platform& platform_;
  Settings settings_;
  PhaseTimer timer_;
  AptTool tool_;
  platform::Monotonic started_;
  InstallResult result_;
  Problems problems_;

  DpkgDatabase database_;
  std::vector<const PackageSpec*> missing_;
  Plan plan_;
  std::optional<AlternateSources> alternate_;  // in use after the machine's own sources failed
  std::vector<Failure> failed_sources_;        // whose lists the last update could not fetch
  bool updated_ = false;
  bool lists_are_current_ = false;

  Failure failure_;
  std::string failed_phase_;
  double failed_seconds_ = 0;
};

}  // namespace ci::apt
