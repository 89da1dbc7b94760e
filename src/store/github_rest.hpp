#pragma once
// Listing and removing entries of the Actions cache: only GitHub's REST API can (docs.github.com/rest/actions/cache),
// with a token that has the permission `actions`.
#include <string>
#include <vector>

#include "base/json.hpp"
#include "platform/platform.hpp"
#include "store/github_access.hpp"
#include "store/store.hpp"

namespace ci::store {

class GithubRest {
 public:
  GithubRest(const GithubRestAccess& access, std::string version, const platform::Platform& platform)
      : access_(access), version_(std::move(version)), platform_(platform) {}

  // Returns our entries whose key begins with `prefix` and which this job can restore, newest first. Error: permission
  // when the token is missing or may not read them, unavailable.
  [[nodiscard]] base::Result<std::vector<Entry>> list(const std::string& prefix) const;

  // Removes our entries with the key of `removed_entry`, and with the keys that runs made of it, from its scope, or
  // where it has none from all scopes that this job can write. None is no error. Error: as above.
  [[nodiscard]] base::Result<void> remove(const Entry& removed_entry) const;

  // Returns a sentence that names the newest of our entries whose key begins with `prefix` and which this job may not
  // find; "" when there is none, or the token may not list them.
  [[nodiscard]] std::string elsewhere(const std::string& prefix) const;

  // Returns what all entries of the repository take, those of other tools too, and what GitHub gives a repository
  // unless it was raised. Error: as above.
  [[nodiscard]] base::Result<Usage> usage() const;

 private:
  struct Found {
    Entry entry;
    std::int64_t id = 0;
    std::string reference;
  };

  [[nodiscard]] bool may_read(const std::string& reference) const;
  [[nodiscard]] base::Result<std::vector<Found>> fetch(const std::string& prefix) const;
  [[nodiscard]] base::Result<base::Json> send(const std::string& method, const std::string& path) const;

  const GithubRestAccess& access_;
  std::string version_;
  platform::Platform platform_;
};

}  // namespace ci::store
