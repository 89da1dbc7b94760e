#pragma once
// Where the sweep never goes.
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace ci::delta {

// Paths are absolute as seen from the root that is swept ("/usr/bin"), without a slash at the end.
class Exclusions {
 public:
  // The kernel's and the run's own folders (/proc, /sys, /dev, /run, /tmp, /var/tmp), and `more`.
  explicit Exclusions(const std::vector<std::string>& more = {});

  // Whether `path` is an excluded one or lies below one.
  [[nodiscard]] bool covers(std::string_view path) const;
  // Whether `path` itself is excluded: enough for a walk that never goes below one.
  [[nodiscard]] bool holds(const std::string& path) const { return paths_.contains(path); }
  // Whether any excluded path lies directly in the folder `path`: most folders need no look at their entries.
  [[nodiscard]] bool any_in(const std::string& path) const { return parents_.contains(path); }
  // Every excluded path, sorted.
  [[nodiscard]] std::vector<std::string> list() const;

 private:
  std::unordered_set<std::string> paths_;
  std::unordered_set<std::string> parents_;
};

// Orders paths as a walk meets them: a folder, then everything in it, then its next neighbour ("/a", "/a/b", "/a-c").
struct PathOrder {
  bool operator()(std::string_view a, std::string_view b) const;
};

// The path of `name` in the folder `parent`; `parent` may be "/".
std::string path_in(std::string_view parent, std::string_view name);

// The folder in which `path` lies: "/" for "/usr".
std::string_view parent_of(std::string_view path);

}  // namespace ci::delta
