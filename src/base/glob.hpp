#pragma once
// Lists of glob patterns, last match wins: the language of @actions/glob (docs/HASH_FILES.md), without the walk.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/glob_segment.hpp"
#include "base/result.hpp"

namespace ci::base {

// What relative patterns are relative to: absolute paths. An empty home makes "~" an error.
struct GlobPlace {
  std::string directory;
  std::string home;
};

// All patterns of a list as one automaton over the segments of a path.
class Glob {
 public:
  // Where the automaton stands after some segments of a path.
  using State = std::vector<std::uint64_t>;
  // What the patterns say of the path that led to a state.
  struct Verdict {
    bool as_file = false;       // it matches if it is no directory
    bool as_directory = false;  // it matches if it is one
  };

  // Reads patterns, one a line; empty lines and those that begin with # are left out. Error: usage, with the pattern.
  static Result<Glob> read(std::string_view lines, const GlobPlace& place);

  // The literal beginnings of the patterns that include, in their order, without those below another: absolute paths.
  [[nodiscard]] const std::vector<std::string>& search_paths() const { return search_paths_; }

  // The state at "/".
  [[nodiscard]] State start() const;
  // Puts into `after` the state that the segment `name` (valid UTF-8) leads to. `after` is not `before`.
  void enter(const State& before, std::string_view name, State& after) const;
  // Whether some pattern that includes matches this path or could match one below it.
  [[nodiscard]] bool leads_on(const State& state) const;
  [[nodiscard]] Verdict judge(const State& state) const;

 private:
  struct Pattern {
    bool excludes = false;
    bool directories_only = false;
    std::size_t first = 0;  // nodes_ [first, end], of which `end` is reached by a match
    std::size_t end = 0;
  };
  struct Node {
    GlobSegment segment;
    bool may_be_empty = false;  // a globstar that also stands for no segment
    bool is_end = false;
  };
  class Reader;

  void reach(State& state, std::size_t node) const;

  std::vector<Pattern> patterns_;
  std::vector<Node> nodes_;  // of all patterns, one after the other
  State including_;          // the nodes of the patterns that include
  std::vector<std::string> search_paths_;
};

}  // namespace ci::base
