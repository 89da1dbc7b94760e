#pragma once
// One `apt-get install` of given packages from given sources: what apt would do, and the doing of it.
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apt/apt_run.hpp"
#include "apt/deb_copies.hpp"
#include "apt/dpkg_deb_service.hpp"
#include "apt/plan.hpp"
#include "apt/session.hpp"
#include "apt/sources.hpp"

namespace ci::apt {

class Transaction {
 public:
  // `texts` are packages as apt-get takes them; `sources`, borrowed, nullptr = the machine's own.
  Transaction(const Session& session, std::vector<std::string> texts, const SourceFolders* sources)
      : session_(session), texts_(std::move(texts)), sources_(sources) {}

  // Asks apt what it would do; plan() tells when it is done. Changes nothing and needs no root.
  RunResult make_plan();

  // Does what make_plan() found, with the archives decompressed ahead of dpkg. `copies` (nullptr = nobody) gets what
  // was decompressed. Needs root.
  RunResult install(DebCopies* copies);

  [[nodiscard]] const Plan& plan() const { return plan_; }
  // Where apt has the planned archives, in the plan's order. Empty when apt does not tell.
  [[nodiscard]] const std::vector<std::filesystem::path>& archives() const { return archives_; }

 private:
  [[nodiscard]] std::optional<std::filesystem::path> archives_folder() const;
  RunResult fetch(const std::filesystem::path& archives);
  void find_archives(const std::filesystem::path& folder);
  std::unique_ptr<DpkgDebService> read_ahead(DebCopies* copies);

  const Session& session_;
  const std::vector<std::string> texts_;
  const SourceFolders* sources_;
  Plan plan_;
  std::vector<std::filesystem::path> archives_;
};

}  // namespace ci::apt
