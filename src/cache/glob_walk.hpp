#pragma once
// A walk over the files that glob patterns match, in the order in which @actions/glob makes it.
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/glob.hpp"
#include "base/result.hpp"
#include "platform/cancellation.hpp"

namespace ci::cache {

enum class SymbolicLinks {
  keep,    // a link is itself: never entered
  follow,  // a link is what it leads to; broken ones are left out, and cycles are cut
};

// Names as the original's language has them, or as the system has them.
enum class Names { utf16, bytes };

struct FoundEntry {
  std::string path;        // absolute, byte for byte as the system has it
  unsigned char type = 0;  // DT_REG, DT_DIR, DT_LNK, ... as lstat(2) tells it
};

// A directory whose contents are still to be looked at.
struct Branch {
  std::string path;
  base::Glob::State state;  // leads on
};

class GlobWalk {
 public:
  // `found` gets the matches: with Names::bytes of any type, a directory before what is in it, else files alone.
  // `leave`, if any, gets the directories, which are then not entered. What is lent must outlive the walk.
  GlobWalk(const base::Glob& glob, SymbolicLinks links, Names names, const platform::Cancellation& cancellation,
           const std::function<base::Result<void>(FoundEntry)>& found, std::function<void(Branch)> leave = {})
      : glob_(glob),
        links_(links),
        names_(names),
        cancellation_(cancellation),
        found_(found),
        leave_(std::move(leave)) {}

  // Walks from the search paths. Error: io or permission, when anything that could lead to a match cannot be looked at;
  // cancelled; or what `found` returned.
  base::Result<void> run();
  // Walks what is below a directory that was left. Error: as run().
  base::Result<void> run_below(const Branch& branch);

 private:
  [[nodiscard]] base::Glob::State state_at(std::string_view path) const;
  base::Result<void> visit(const base::Glob::State& state, unsigned char type, std::string_view name);
  base::Result<void> follow_directory(const base::Glob::State& state, bool real_path_unknown, std::string_view name);
  base::Result<void> visit_children(const base::Glob::State& state);

  const base::Glob& glob_;
  SymbolicLinks links_;
  Names names_;
  const platform::Cancellation& cancellation_;
  const std::function<base::Result<void>(FoundEntry)>& found_;
  const std::function<void(Branch)> leave_;
  std::string path_;                     // where the walk is
  std::vector<std::string> real_paths_;  // follow: of the directories that the walk is in
};

}  // namespace ci::cache
