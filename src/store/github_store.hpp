#pragma once
// The `github:` store: the Actions cache service of GitHub and of servers that speak like it.
//
// Entries of this program have a version of their own, so that no other tool's are ever found. Every wait ends: a
// restore and a save each have a budget. Keys that a save had to change are told in github_upload.hpp.
#include <memory>
#include <optional>
#include <string>

#include "store/github_access.hpp"
#include "store/github_service.hpp"
#include "store/range_download.hpp"
#include "store/time_budget.hpp"

namespace ci::store {

// The version of this program's own entries: 64 hexadecimal digits.
std::string own_version();

class GithubStore final : public Store {
 public:
  // `access` is an error where the service is out of reach: what restores and saves then tells it, while listing and
  // removing work with `rest` alone. What `platform` refers to must outlive the store, its downloads and its uploads.
  GithubStore(base::Result<GithubAccess> access, GithubRestAccess rest, const std::string& version,
              const TimeBudget& budget, const platform::Platform& platform);
  ~GithubStore() override;

  // The service goes scope by scope: what the job's own branch has under a prefix comes before what another scope has
  // under the key. The entry's size and age are what its blob tells (0 and 1970 when it does not).
  base::Result<std::optional<Entry>> find(const std::string& key, const std::vector<std::string>& prefixes) override;
  // Through the REST API: needs a token with actions: read. Error: permission.
  base::Result<std::vector<Entry>> list(const std::string& prefix) override;
  base::Result<std::unique_ptr<Download>> open(const Entry& entry) override;
  tl::expected<std::unique_ptr<Upload>, NotSaved> create(const std::string& key) override;
  // Through the REST API: needs a token with actions: write. Error: permission.
  base::Result<void> remove(const Entry& entry) override;
  // Through the REST API too.
  std::string elsewhere(const std::string& prefix) override;
  base::Result<std::optional<Usage>> usage() override;

 private:
  using Found = base::Result<std::optional<GithubEntry>>;

  // What Store::find promises, in the service's terms.
  Found search(const std::string& key, const std::vector<std::string>& prefixes);
  Found first_of(std::vector<std::string> keys);
  // The entry of `key` alone, or of a key that a run made of it.
  Found exactly(const std::string& key);
  Found look_up(const std::vector<std::string>& keys);
  base::Result<std::unique_ptr<RangeDownload>> begin_download(const GithubEntry& entry);

  base::Result<GithubAccess> access_;
  GithubRestAccess rest_;
  std::string version_;
  TimeBudget budget_;
  platform::Platform platform_;
  std::shared_ptr<GithubService> service_;  // shared with downloads and uploads, which may outlive the store
  platform::Monotonic end_{};               // of the restore that is under way
  std::string begun_key_;                   // of the entry that was found last, whose download has begun
  std::unique_ptr<RangeDownload> begun_;
  bool told_denied_ = false;
};

}  // namespace ci::store
