#pragma once
// The job's Go binary: restored or built, and never handed on before it has passed its smoke tests.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cache/cache_restore.hpp"
#include "cache/path_set.hpp"
#include "golang/build_claim.hpp"
#include "history/record.hpp"
#include "key/key.hpp"
#include "optimize/request.hpp"
#include "platform/platform.hpp"
#include "store/store.hpp"

namespace ci::optimize {

// What became of it.
struct GoBinaryResult {
  history::BinaryEntry entry;
  history::CacheOutcome cache;
  std::vector<history::SmokeOutcome> smoke;  // of the binary that is in place now, or failed last
  std::vector<history::Problem> problems;
  int exit_code = 0;
  bool by_deadline = false;
};

class GoBinary {
 public:
  // `folder` is the module's. `request.go` and its binary must be there.
  GoBinary(const platform::Platform& platform, const Request& request, key::Key key, std::filesystem::path folder);

  // Restores it, or waits for another job of the run that is building it. Returns whether a good one is in place; if
  // not, build() is to be called. A restored one that fails its smoke tests is thrown away.
  bool restore();

  // Builds it, tests it, and saves it. A build that fails gives exit code 3, a binary that fails its tests 2, and
  // neither is saved.
  void build();

  [[nodiscard]] GoBinaryResult take() { return std::move(result_); }

 private:
  enum class Try { good, missing, bad };
  Try restore_once();
  void throw_away(const cache::Restored& restored);
  bool has_new_entry();
  bool wait_for_other();
  bool passes();
  bool compile();
  void save(double build_seconds);
  void fail(std::string kind, std::string message, std::string hint, int code);
  void explain_miss();
  [[nodiscard]] std::string failures() const;
  [[nodiscard]] bool may_save() const;
  [[nodiscard]] std::string file() const;

  const platform::Platform& platform_;
  const Request& request_;
  const GoRequest& go_;
  key::Key key_;
  std::filesystem::path folder_;
  std::string fresh_prefix_;  // of entries that took the place of a bad one
  std::string job_;
  std::string run_;
  std::unique_ptr<store::Store> store_;  // none: the cache is off
  std::optional<cache::PathSet> paths_;
  std::optional<golang::BuildClaim> claim_;  // that we hold or wait for
  bool claimed_ = false;                     // by us
  std::vector<std::string> bad_keys_;        // of entries that were thrown away
  bool known_before_ = false;                // the store has an entry of this binary for other inputs
  GoBinaryResult result_;
};

}  // namespace ci::optimize
