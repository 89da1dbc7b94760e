#pragma once
// A new entry of the Actions cache service. It is set aside when the first of its blocks is ready, for there is no way
// to give a key back: one that was set aside and not saved stays blocked until the service clears it away. Then a save
// uses a key of its own run, "KEY~r123.1", which finds of KEY and of its prefixes find as well.
#include <memory>
#include <string>

#include "store/github_service.hpp"

namespace ci::store {

// Returns `key` with the suffix for the run `run` ("123.1"); "" when there is none, or the key would be too long.
std::string key_of_run(const std::string& key, const std::string& run);

// What all keys begin with that key_of_run makes of `key`.
std::string start_of_run_keys(const std::string& key);

// Whether key_of_run may have made `found` of `key`.
bool is_key_of_run(std::string_view found, std::string_view key);

class GithubUpload final : public BlockTarget {
 public:
  // `service` is shared because an upload may outlive the store. `end`: when the entry must be saved.
  GithubUpload(std::shared_ptr<GithubService> service, std::string key, std::string run, platform::Monotonic end,
               const platform::Platform& platform)
      : service_(std::move(service)), key_(std::move(key)), run_(std::move(run)), end_(end), platform_(platform) {}

  tl::expected<void, NotSaved> begin(Extent extent) override;
  std::optional<platform::HttpRequest> block(std::size_t number, std::uint64_t offset, std::string_view bytes) override;
  void stored(std::size_t, const platform::HttpResponse&) override {}
  NotSavedReason reason(const platform::HttpResponse& answer) override;
  tl::expected<void, NotSaved> commit(std::size_t count, std::uint64_t bytes) override;
  void abandon() override {}

 private:
  // Waits for whoever has set the key aside. Returns whether an entry appears in the time that a small one takes.
  bool appears();

  std::shared_ptr<GithubService> service_;
  std::string key_;
  std::string run_;
  platform::Monotonic end_;
  platform::Platform platform_;
  Extent extent_ = Extent::whole;
  std::unique_ptr<GithubReservation> reservation_;
};

}  // namespace ci::store
