#pragma once
// The calls of the Actions cache service, whichever protocol it speaks. They are tried again on failures, wait when
// they are asked to (at most kLongestWait in all), and are over at `end`.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/platform.hpp"
#include "store/block_target.hpp"
#include "store/github_access.hpp"

namespace ci::store {

inline constexpr std::size_t kMostKeys = 10;  // of one look-up
inline constexpr std::chrono::seconds kLongestWait{60};

struct GithubEntry {
  std::string key;
  std::string url;                         // signed: never shown
  std::optional<base::TimePoint> created;  // only v1 says
};

// An entry that the service has set aside for us: where its blocks go. Functions as in BlockTarget.
class GithubReservation {
 public:
  virtual ~GithubReservation() = default;
  virtual std::optional<platform::HttpRequest> block(Extent extent, std::size_t number, std::uint64_t offset,
                                                     std::string_view bytes) = 0;
  virtual tl::expected<void, NotSaved> commit(Extent extent, std::size_t count, std::uint64_t bytes,
                                              platform::Monotonic end) = 0;
};

// May be used by several threads.
class GithubService {
 public:
  virtual ~GithubService() = default;

  // Returns the entry that the service finds for `keys`, 1 to kMostKeys: the first key itself, else the newest that
  // begins with it, else the same for each other key. Its entries are those that were saved under `version` in a scope
  // that the token opens. A refusal's reason: denied, later, failed.
  virtual tl::expected<std::optional<GithubEntry>, NotSaved> look_up(const std::vector<std::string>& keys,
                                                                     platform::Monotonic end) = 0;

  // Sets `key` aside. Reason already_there also when another process, living or dead, has done that before.
  virtual tl::expected<std::unique_ptr<GithubReservation>, NotSaved> reserve(const std::string& key,
                                                                             platform::Monotonic end) = 0;
};

// Return the service that `access` describes, by its protocol, for the entries of one `version` (64 hexadecimal
// digits). What `platform` refers to must outlive it.
std::unique_ptr<GithubService> make_github_service_v1(const GithubAccess& access, const std::string& version,
                                                      const platform::Platform& platform);
std::unique_ptr<GithubService> make_github_service_v2(const GithubAccess& access, const std::string& version,
                                                      const platform::Platform& platform);

}  // namespace ci::store
