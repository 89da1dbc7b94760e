#include "golang/embed.hpp"

#include <dirent.h>
#include <fnmatch.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/text.hpp"
#include "cache/directory_entries.hpp"

namespace ci::golang {
namespace {

constexpr std::string_view kDirective = "//go:embed";

// Reads the patterns that follow the directive on one line: words, or Go strings in either quotes.
void read_patterns(std::string_view rest, std::vector<std::string>& patterns) {
  while (!(rest = base::trim(rest)).empty()) {
    std::string pattern;
    if (rest.front() == '`' || rest.front() == '"') {
      const char quote = rest.front();
      std::size_t at = 1;
      for (; at < rest.size() && rest[at] != quote; ++at) {
        if (quote == '"' && rest[at] == '\\' && at + 1 < rest.size()) ++at;
        pattern += rest[at];
      }
      rest.remove_prefix(std::min(at + 1, rest.size()));
    } else {
      const auto end = std::min(rest.find_first_of(" \t"), rest.size());
      pattern = rest.substr(0, end);
      rest.remove_prefix(end);
    }
    if (std::find(patterns.begin(), patterns.end(), pattern) == patterns.end()) patterns.push_back(std::move(pattern));
  }
}

enum class Hidden { leave_out, take };

// One search below a folder.
class Search {
 public:
  Search(const std::string& folder, Hidden hidden) : folder_(folder), hidden_(hidden) {}

  // Matches the segments of a pattern from `at` on in the folder `path` (relative, with a "/" behind it, or "").
  void match(const std::string& path, const std::vector<std::string>& segments, std::size_t at) {
    const auto& segment = segments[at];
    const auto reach = [&](std::string_view name) {
      const std::string below = path + std::string(name);
      if (at + 1 == segments.size()) {
        take(below);
      } else if (is_folder(below)) {
        match(below + "/", segments, at + 1);
      }
    };
    if (segment.find_first_of("*?[\\") == std::string::npos) return reach(segment);
    cache::DirectoryEntries entries;
    if (entries.read(folder_ + "/" + path) != 0) return;
    for (const auto& entry : entries.all()) {
      if (::fnmatch(segment.c_str(), std::string(entry.name).c_str(), 0) == 0) reach(entry.name);
    }
  }

  std::vector<std::string> found;

 private:
  [[nodiscard]] bool is_folder(const std::string& path) const {
    struct stat status {};
    return ::lstat((folder_ + "/" + path).c_str(), &status) == 0 && S_ISDIR(status.st_mode);
  }

  void take(const std::string& path) {
    struct stat status {};
    if (::lstat((folder_ + "/" + path).c_str(), &status) != 0) return;
    if (S_ISREG(status.st_mode)) found.push_back(path);
    if (S_ISDIR(status.st_mode)) take_all_below(path);
  }

  void take_all_below(const std::string& path) {
    cache::DirectoryEntries entries;
    if (entries.read(folder_ + "/" + path) != 0) return;
    for (const auto& entry : entries.all()) {
      if (hidden_ == Hidden::leave_out && (entry.name.front() == '.' || entry.name.front() == '_')) continue;
      take(path + "/" + std::string(entry.name));
    }
  }

  const std::string& folder_;
  Hidden hidden_;
};

}  // namespace

std::vector<std::string> embed_patterns(std::string_view source) {
  std::vector<std::string> patterns;
  for (auto at = source.find(kDirective); at != std::string_view::npos; at = source.find(kDirective, at)) {
    const auto line_end = std::min(source.find('\n', at), source.size());
    const auto after = at + kDirective.size();
    if (after < line_end && (source[after] == ' ' || source[after] == '\t')) {
      read_patterns(source.substr(after, line_end - after), patterns);
    }
    at = line_end;
  }
  return patterns;
}

std::vector<std::string> embedded_files(const std::string& folder, std::string_view pattern) {
  constexpr std::string_view kAll = "all:";
  const bool all = pattern.starts_with(kAll);
  if (all) pattern.remove_prefix(kAll.size());
  const auto segments = base::split(pattern, '/');
  const bool wrong = std::any_of(segments.begin(), segments.end(), [](const std::string& segment) {
    return segment.empty() || segment == "." || segment == ".." || segment.find('\0') != std::string::npos;
  });
  if (wrong) return {};
  Search search(folder, all ? Hidden::take : Hidden::leave_out);
  search.match("", segments, 0);
  return std::move(search.found);
}

}  // namespace ci::golang
