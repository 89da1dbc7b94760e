#include "base/glob.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <map>
#include <optional>

#include "base/utf16.hpp"

namespace ci::base {
namespace {

constexpr std::size_t kWordBits = 64;
constexpr std::size_t kLongestPattern = 65536;  // UTF-16 units; minimatch's limit
constexpr std::ptrdiff_t kMostBrackets = 1000;  // in a pattern: each that is left open is read to the end

bool has(const Glob::State& state, std::size_t node) {
  return (state[node / kWordBits] >> (node % kWordBits) & 1) != 0;
}

void put(Glob::State& state, std::size_t node) {
  state[node / kWordBits] |= std::uint64_t{1} << (node % kWordBits);
}

std::vector<std::u16string> segments_of(std::u16string_view text) {
  std::vector<std::u16string> segments;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t slash = std::min(text.find(u'/', at), text.size());
    segments.emplace_back(text.substr(at, slash - at));
    at = slash + 1;
  }
  return segments;
}

std::u16string single_slashes(std::u16string_view text) {
  std::u16string result;
  for (const char16_t unit : text) {
    if (unit != u'/' || !result.ends_with(u'/')) result.push_back(unit);
  }
  return result;
}

// Whether a "]" closes the "[" that the text begins with, after at least one unit and before the segment ends.
bool opens_class(std::u16string_view text) {
  const auto segment = text.substr(0, text.find(u'/'));
  return segment.find(u']', 2) != segment.npos;
}

// Returns a pattern that matches the path and nothing else.
std::u16string escape_path(std::u16string_view path) {
  std::u16string result;
  for (std::size_t at = 0; at < path.size(); ++at) {
    const char16_t unit = path[at];
    if (unit == u'\\') {
      result += u"\\\\";
    } else if (unit == u'?' || unit == u'*' || (unit == u'[' && opens_class(path.substr(at)))) {
      result += {u'[', unit, u']'};
    } else {
      result.push_back(unit);
    }
  }
  return result;
}

std::string parent_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

// Leaves out what lies below another path, and repetitions.
std::vector<std::string> outermost(const std::vector<std::string>& paths) {
  std::map<std::string, bool> taken;
  for (const auto& path : paths) taken[path] = false;
  std::vector<std::string> result;
  for (const auto& path : paths) {
    if (taken[path]) continue;
    bool inside = false;
    for (std::string below = path; !inside && below != "/";) {
      below = parent_of(below);
      inside = taken.contains(below);
    }
    if (inside) continue;
    result.push_back(path);
    taken[path] = true;
  }
  return result;
}

}  // namespace

class Glob::Reader {
 public:
  explicit Reader(const GlobPlace& place) : place_(place) {}

  Result<Glob> read(std::string_view text) {
    const auto lines = to_utf16(text);
    for (std::size_t at = 0; at <= lines.size();) {
      const std::size_t end = std::min(lines.find(u'\n', at), lines.size());
      const auto line = script_trim(std::u16string_view(lines).substr(at, end - at));
      at = end + 1;
      if (line.empty() || line.starts_with(u'#')) continue;
      if (auto added = add(line); !added) return fail(added.error());
    }
    glob_.including_.resize((glob_.nodes_.size() + kWordBits - 1) / kWordBits);
    for (const auto& pattern : glob_.patterns_) {
      if (pattern.excludes) continue;
      for (std::size_t node = pattern.first; node <= pattern.end; ++node) put(glob_.including_, node);
    }
    glob_.search_paths_ = outermost(beginnings_);
    return std::move(glob_);
  }

 private:
  Result<void> add(std::u16string_view text) {
    bool excludes = false;
    while (text.starts_with(u'!')) {
      excludes = !excludes;
      text = script_trim(text.substr(1));
    }
    if (std::count(text.begin(), text.end(), u'[') > kMostBrackets) return refuse(text, "it has too many '['");
    auto rooted = root(text);
    if (!rooted) return fail(rooted.error());
    if (rooted->size() > kLongestPattern) return refuse(text, "it is too long");

    const bool directories_only = rooted->ends_with(u'/');
    if (directories_only) rooted->pop_back();
    auto segments = segments_of(std::u16string_view(*rooted).substr(std::min<std::size_t>(1, rooted->size())));
    if (rooted->empty()) segments.clear();
    const bool ends_in_globstar = !segments.empty() && segments.back() == u"**";
    add_pattern({excludes, directories_only}, script_trim(*rooted), ends_in_globstar);
    if (!excludes) add_beginning(segments);
    if (ends_in_globstar && !directories_only) return {};

    // Whatever lies below a match matches too.
    const auto is_dot = [](const std::u16string& segment) { return literal_name(segment) == u"."; };
    if (std::any_of(segments.begin(), segments.end(), is_dot)) return refuse(text, kRelative);
    add_pattern({excludes, false}, *rooted + u"/**", false);
    return {};
  }

  // Returns the pattern with an absolute beginning and single slashes.
  Result<std::u16string> root(std::u16string_view pattern) {
    if (pattern.empty()) return refuse(pattern, "it is empty");
    std::u16string text = single_slashes(pattern);
    const auto inner = std::u16string_view(text).substr(text.starts_with(u'/') ? 1 : 0);
    bool first = !text.starts_with(u'/');
    for (const auto& segment : segments_of(inner)) {
      const auto literal = literal_name(segment);
      if (literal == u".." || (literal == u"." && !first)) return refuse(pattern, kRelative);
      first = false;
    }
    const auto below = [&](const std::string& directory, std::u16string_view rest) {
      return single_slashes(escape_path(to_utf16(directory)) + std::u16string(rest));
    };
    if (text == u"." || text.starts_with(u"./")) return below(place_.directory, text.substr(1));
    if (text == u"~" || text.starts_with(u"~/")) {
      if (place_.home.empty()) return refuse(pattern, "HOME is not set");
      if (!place_.home.starts_with('/')) return refuse(pattern, "HOME is not an absolute path");
      return below(place_.home, text.substr(1));
    }
    return text.starts_with(u'/') ? text : below(place_.directory, u"/" + text);
  }

  void add_pattern(Pattern pattern, std::u16string_view rooted, bool last_may_be_empty) {
    pattern.first = glob_.nodes_.size();
    if (!rooted.empty()) {
      for (const auto& segment : segments_of(rooted.substr(1))) glob_.nodes_.push_back({GlobSegment(segment), true});
      glob_.nodes_.back().may_be_empty = last_may_be_empty;
    }
    pattern.end = glob_.nodes_.size();
    glob_.nodes_.push_back({GlobSegment(u""), false, true});
    glob_.patterns_.push_back(pattern);
  }

  void add_beginning(const std::vector<std::u16string>& segments) {
    std::u16string path;
    for (const auto& segment : segments) {
      const auto literal = literal_name(segment);
      if (literal.empty()) break;
      path += u'/' + literal;
    }
    beginnings_.push_back(path.empty() ? "/" : to_utf8(path));
  }

  static tl::unexpected<Error> refuse(std::u16string_view pattern, std::string_view why) {
    return fail(ErrorKind::usage, fmt::format("invalid pattern '{}': {}", to_utf8(pattern), why));
  }

  static constexpr std::string_view kRelative = "'..', and '.' other than at the beginning, are not allowed";
  const GlobPlace& place_;
  Glob glob_;
  std::vector<std::string> beginnings_;
};

Result<Glob> Glob::read(std::string_view lines, const GlobPlace& place) {
  return Reader(place).read(lines);
}

Glob::State Glob::start() const {
  State state(including_.size());
  for (const auto& pattern : patterns_) reach(state, pattern.first);
  return state;
}

// Adds a node, and those behind it that a globstar lets be reached at once.
void Glob::reach(State& state, std::size_t node) const {
  put(state, node);
  while (nodes_[node].segment.is_globstar() && nodes_[node].may_be_empty) put(state, ++node);
}

void Glob::enter(const State& before, std::string_view name, State& after) const {
  after.assign(before.size(), 0);
  for (std::size_t word = 0; word < before.size(); ++word) {
    for (std::uint64_t bits = before[word]; bits != 0; bits &= bits - 1) {
      const std::size_t at = word * kWordBits + static_cast<std::size_t>(std::countr_zero(bits));
      const Node& node = nodes_[at];
      if (node.is_end) continue;
      if (node.segment.is_globstar()) {
        put(after, at);
        reach(after, at + 1);
      } else if (node.segment.matches(name)) {
        reach(after, at + 1);
      }
    }
  }
}

bool Glob::leads_on(const State& state) const {
  for (std::size_t word = 0; word < state.size(); ++word) {
    if ((state[word] & including_[word]) != 0) return true;
  }
  return false;
}

Glob::Verdict Glob::judge(const State& state) const {
  Verdict verdict;
  for (const auto& pattern : patterns_) {
    if (!has(state, pattern.end)) continue;
    verdict.as_directory = !pattern.excludes;
    if (!pattern.directories_only) verdict.as_file = !pattern.excludes;
  }
  return verdict;
}

}  // namespace ci::base
