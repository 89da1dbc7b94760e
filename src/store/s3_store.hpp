#pragma once
// The `s3:` store: entries as objects of a bucket, at Amazon or any service that speaks like it.
//
// What is removed, and when, is the bucket's own matter (lifecycle rules): a service does not know when an object was
// read last, so that nothing here removes the least recently used.
#include <memory>
#include <string>
#include <vector>

#include "s3/client.hpp"
#include "store/store.hpp"
#include "store/time_budget.hpp"

namespace ci::store {

class S3Store final : public Store {
 public:
  // `credentials` is an error where there are none: every function then tells it. What `platform` refers to must
  // outlive the store, its downloads and its uploads.
  S3Store(const s3::Location& location, const base::Result<s3::Credentials>& credentials, const TimeBudget& budget,
          const platform::Platform& platform);

  base::Result<std::optional<Entry>> find(const std::string& key, const std::vector<std::string>& prefixes) override;
  // Error: unavailable also when more than 100,000 objects begin with `prefix`.
  base::Result<std::vector<Entry>> list(const std::string& prefix) override;
  base::Result<std::unique_ptr<Download>> open(const Entry& entry) override;
  tl::expected<std::unique_ptr<Upload>, NotSaved> create(const std::string& key) override;
  base::Result<void> remove(const Entry& entry) override;

 private:
  base::Result<std::optional<Entry>> search(const std::string& key, const std::vector<std::string>& prefixes);
  base::Result<std::vector<Entry>> list_until(const std::string& prefix, platform::Monotonic end);
  // The entry of an object in a listing; nothing when it is none, or gone.
  base::Result<std::optional<Entry>> entry_of(const s3::Object& object, platform::Monotonic end);
  [[nodiscard]] std::string name_of(const std::string& key) const;

  base::Result<std::shared_ptr<s3::Client>> client_;  // shared with downloads and uploads, which may outlive the store
  TimeBudget budget_;
  platform::Platform platform_;
  std::string found_key_;            // of the entry that was found last
  platform::Monotonic found_end_{};  // when it must be delivered
};

}  // namespace ci::store
