#pragma once
// One of several jobs that all lack one binary says in the store that it is building it; the others wait for it.
//
// A claim is an entry of a few bytes, of which the store takes one for a key and run. It goes when its holder is done,
// where the store lets it; a failed build leaves a note instead, with the reason.
#include <optional>
#include <string>

#include "base/result.hpp"
#include "platform/platform.hpp"
#include "store/store.hpp"

namespace ci::golang {

class BuildClaim {
 public:
  enum class Holder {
    us,
    another,
    nobody,  // the store takes no claims from us
  };

  // `key` of the binary, `run` of the jobs that share the claim, `job` of this one.
  BuildClaim(store::Store& store, const std::string& key, const std::string& run, std::string job);

  // Claims the build. A claim of another job that is older than `wait` is of one that is gone, and is taken over.
  Holder take(base::Duration wait, const platform::Clock& clock);

  // Whether the other job's claim still stands. A store that does not answer says nothing of it.
  [[nodiscard]] bool stands();
  // Why the other job's build has failed; nothing when it has not.
  [[nodiscard]] std::optional<std::string> failure();

  // Ends our claim. With a reason, the build has failed.
  void release(const std::string& failure);

 private:
  [[nodiscard]] std::optional<store::Entry> find(const std::string& key);
  std::optional<store::NotSavedReason> write(const std::string& key, const std::string& text);

  store::Store& store_;
  std::string key_;
  std::string failed_key_;
  std::string job_;
};

}  // namespace ci::golang
