#pragma once
// What a kind of service must say for entries to be sent to it in blocks (block_upload.hpp).
#include <cstdint>
#include <optional>
#include <string_view>

#include "platform/clock.hpp"
#include "platform/http.hpp"
#include "store/store.hpp"

namespace ci::store {

// How an entry is sent.
enum class Extent {
  whole,   // all of it as one block, number 0
  blocks,  // several, whose number is not known yet
};

// Used by one thread at a time. What fails after its own tries is final.
class BlockTarget {
 public:
  virtual ~BlockTarget() = default;
  // Makes the service ready for the entry. Called once, when the first block is ready.
  virtual tl::expected<void, NotSaved> begin(Extent extent) = 0;
  // Returns the request that sends block `number` (0, 1, ...), which begins at `offset` in the archive; made for each
  // try, without the body. Nothing when the service wants no request for it (an empty entry).
  virtual std::optional<platform::HttpRequest> block(std::size_t number, std::uint64_t offset,
                                                     std::string_view bytes) = 0;
  // Called with the answer (2xx) to a block.
  virtual void stored(std::size_t number, const platform::HttpResponse& answer) = 0;
  // Returns what it means that the service answered a block with `answer`, neither 2xx nor worth another try.
  virtual NotSavedReason reason(const platform::HttpResponse& answer) = 0;
  // Makes the `count` blocks, `bytes` in all, an entry.
  virtual tl::expected<void, NotSaved> commit(std::size_t count, std::uint64_t bytes) = 0;
  // Called when the entry is given up after a successful begin(). May take a moment.
  virtual void abandon() = 0;
};

struct BlockSettings {
  platform::Monotonic end;                    // when all must be sent
  std::size_t block = std::size_t{16} << 20;  // bytes; at_once + 1 of them are held
  std::size_t first = std::size_t{8} << 10;   // the first block has at least so many bytes when it is sent,
  std::size_t least = std::size_t{1} << 20;   // and each later one, while nothing else is being sent
  std::size_t at_once = 8;
  int tries = 5;                                     // of a block
  base::Duration stall = std::chrono::seconds(15);   // no byte for so long: sent again
  base::Duration wait = std::chrono::seconds(60);    // a service that asks for more is given up
  base::Duration one_try = std::chrono::minutes(5);  // of one block
};

}  // namespace ci::store
