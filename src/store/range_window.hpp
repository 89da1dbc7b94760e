#pragma once
// The ranges of an entry that are being fetched: they arrive in any order and leave in the entry's.
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/clock.hpp"

namespace ci::store {

// One range, at most a window's `range` long, or the whole entry as a stream when the service knows no ranges.
struct Range {
  int id = 0;
  std::uint64_t first = 0;
  std::optional<std::uint64_t> length;  // nothing: as long as it comes
  std::uint64_t received = 0;
  std::string bytes;         // received and not taken out of the window
  std::size_t written = 0;   // of `bytes`
  bool running = false;      // a request for it is under way
  int generation = 0;        // of the source that it asked last
  std::uint64_t before = 0;  // `received` when the running request began
  bool accepted = false;     // its answer brings what is needed
  std::uint64_t skip = 0;    // bytes that it brings once more
  std::string objection;     // why it was stopped
  bool hopeless = false;     // another try would be stopped for the same reason
  int tries = 0;             // in a row that brought next to nothing
  platform::Monotonic not_before{};

  [[nodiscard]] bool complete() const { return length && received == *length; }
};

class RangeWindow {
 public:
  // At most `at_once` ranges of `range` bytes are held.
  RangeWindow(std::uint64_t range, std::size_t at_once) : range_(range), at_once_(at_once) {}

  // Drops the ranges that have left whole and adds those that there is room for; only the first while the entry's
  // length is not known.
  void fill();
  // Says how long the entry is. Ranges beyond it end there.
  void set_total(std::uint64_t total);
  [[nodiscard]] std::optional<std::uint64_t> total() const { return total_; }
  // From now on there is one range only, the whole entry.
  void make_whole();
  [[nodiscard]] bool whole() const { return whole_; }

  [[nodiscard]] std::deque<Range>& ranges() { return ranges_; }
  // The range with this id, or none.
  [[nodiscard]] Range* find(int id);

  // Bytes that may leave now.
  [[nodiscard]] std::string_view ready() const;
  // Says that so many of them have left.
  void taken(std::size_t count);
  // Whether every byte of the entry has left; to be asked after fill().
  [[nodiscard]] bool done() const;

 private:
  void retire();

  std::uint64_t range_;
  std::size_t at_once_;
  bool whole_ = false;
  int next_id_ = 0;
  std::uint64_t next_first_ = 0;
  std::optional<std::uint64_t> total_;
  std::deque<Range> ranges_;
  std::vector<std::string> spare_;  // buffers
};

}  // namespace ci::store
