#include "cache/file_search.hpp"

#include <dirent.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "archive/ordered_pipeline.hpp"

namespace ci::cache {
namespace {

using base::fail;
using base::Glob;
using base::Result;

// Finds what search_tree() finds, the branches of a tree in several threads.
class TreeSearch {
 public:
  TreeSearch(const Glob& glob, const platform::Cancellation& cancellation) : glob_(glob), cancellation_(cancellation) {}

  Result<void> run(const std::function<Result<void>(FoundEntry)>& found) {
    std::vector<Stretch> stretches = look(nullptr, Directories::leave);
    for (auto branches = count(stretches); branches > 0 && branches < kEnough; branches = count(stretches)) {
      std::vector<Stretch> next;
      for (auto& stretch : stretches) {
        const auto branch = std::exchange(stretch.then, std::nullopt);
        next.push_back(std::move(stretch));
        if (!branch) continue;
        auto below = look(&*branch, Directories::leave);
        std::move(below.begin(), below.end(), std::back_inserter(next));
      }
      stretches = std::move(next);
    }
    return search_branches(stretches, found);
  }

 private:
  using Found = Result<std::vector<FoundEntry>>;
  // Entries, and the directory that follows them.
  struct Stretch {
    Found found;
    std::optional<Branch> then{};
  };
  static constexpr std::size_t kEnough = 32;  // branches that keep all cores busy

  static std::size_t count(const std::vector<Stretch>& stretches) {
    return static_cast<std::size_t>(
        std::count_if(stretches.begin(), stretches.end(), [](const auto& one) { return one.then.has_value(); }));
  }

  // What becomes of the directories that are found.
  enum class Directories { leave, enter };

  // Looks at the search paths, or into the directory `branch`.
  std::vector<Stretch> look(const Branch* branch, Directories directories) const {
    std::vector<Stretch> stretches(1);
    const std::function<Result<void>(FoundEntry)> found = [&](FoundEntry entry) -> Result<void> {
      stretches.back().found->push_back(std::move(entry));
      return {};
    };
    std::function<void(Branch)> leave;
    if (directories == Directories::leave) {
      leave = [&](Branch branch_left) {
        stretches.back().then = std::move(branch_left);
        stretches.emplace_back();
      };
    }
    GlobWalk walk(glob_, SymbolicLinks::keep, Names::bytes, cancellation_, found, std::move(leave));
    auto searched = branch == nullptr ? walk.run() : walk.run_below(*branch);
    if (!searched) stretches.back().found = fail(searched.error());
    return stretches;
  }

  Result<void> search_branches(std::vector<Stretch>& stretches,
                               const std::function<Result<void>(FoundEntry)>& found) const {
    using Pipeline = archive::OrderedPipeline<const Branch*, Found>;
    const auto threads = std::min<std::size_t>(archive::thread_count(0), count(stretches));
    Pipeline pipeline(std::vector<Pipeline::Work>(threads,
                                                  [this](const Branch* branch) {
                                                    return std::move(look(branch, Directories::enter).front().found);
                                                  }),
                      std::numeric_limits<std::size_t>::max());
    for (const auto& stretch : stretches) {
      if (stretch.then) pipeline.push(&*stretch.then);
    }
    const auto take = [&](Found entries) -> Result<void> {
      if (!entries) return fail(entries.error());
      for (auto& entry : *entries) {
        if (auto taken = found(std::move(entry)); !taken) return taken;
      }
      return {};
    };
    for (auto& stretch : stretches) {
      if (auto taken = take(std::move(stretch.found)); !taken) return taken;
      if (!stretch.then) continue;
      if (auto taken = take(pipeline.pop()); !taken) return taken;
    }
    return {};
  }

  const Glob& glob_;
  const platform::Cancellation& cancellation_;
};

}  // namespace

Result<void> search_files(const Glob& glob, SymbolicLinks links, const platform::Cancellation& cancellation,
                          const std::function<Result<void>(FoundFile)>& found) {
  return GlobWalk(glob, links, Names::utf16, cancellation,
                  [&](FoundEntry entry) {
                    return found({std::move(entry.path), entry.type == DT_REG});
                  })
      .run();
}

Result<void> search_tree(const Glob& glob, const platform::Cancellation& cancellation,
                         const std::function<Result<void>(FoundEntry)>& found) {
  return TreeSearch(glob, cancellation).run(found);
}

}  // namespace ci::cache
