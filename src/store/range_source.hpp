#pragma once
// What a kind of service must say for its entries to be fetched (range_download.hpp).
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "platform/clock.hpp"
#include "platform/http.hpp"

namespace ci::store {

// Used by one thread at a time.
class RangeSource {
 public:
  virtual ~RangeSource() = default;
  // Returns the request for the whole entry, newly made for each try; the Range and If-Match headers are added to it.
  virtual base::Result<platform::HttpRequest> request() = 0;
  // Called when the service refuses the request (401, 403, 404), as it does once a signed URL has expired. Succeeds
  // when another request() has a chance. Error: what the download fails with.
  virtual base::Result<void> renew() = 0;
};

struct RangeSettings {
  platform::Monotonic end;                            // when all must be delivered
  std::uint64_t range = std::uint64_t{8} << 20;       // bytes of one request
  std::size_t at_once = 8;                            // ranges that are fetched or wait for their turn
  int tries = 5;                                      // in a row that bring next to nothing
  base::Duration stall = std::chrono::seconds(10);    // no byte for so long: asked for again
  base::Duration one_try = std::chrono::seconds(30);  // of one range: what is missing then is asked for again
  base::Duration wait = std::chrono::seconds(60);     // a service that asks for more is given up
  std::optional<std::uint64_t> bytes;                 // what the entry must have, when that is known
};

// What the first answer told.
struct RangeFacts {
  std::optional<std::uint64_t> bytes;       // of the entry
  std::optional<base::TimePoint> modified;  // Last-Modified
  std::string etag;                         // strong ones only; "" = none
};

}  // namespace ci::store
