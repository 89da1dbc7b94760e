#pragma once
// Canonical texts of apt's configuration files: equal for files that mean the same, a line a fact.
#include <string>
#include <string_view>
#include <vector>

namespace ci::delta {

// Returns the settings of an apt.conf(5) file as "scope::name value" lines in their order, names in lower case.
// `#clear X` is kept as it stands; comments go, and so do settings that cannot change what is installed: how things
// are fetched, shown, scheduled and reported.
std::vector<std::string> canonical_settings(std::string_view text);

// One source as the lines of a one-line file or a deb822 paragraph name it.
struct Source {
  std::string type;  // "deb" or "deb-src"
  std::string uri;   // without a slash at the end
  std::string suite;
  std::string components;  // sorted, blanks between
  std::string options;     // sorted "name=value", blanks between, without signed-by
  std::string signed_by;   // paths or fingerprints with blanks between, or a key in the file itself

  friend auto operator<=>(const Source&, const Source&) = default;
};

// Returns the sources of sources.list(5) text: each pair of URI and suite is one, options in either spelling are the
// same, disabled ones and deb-src are left out (nothing is installed from them). What cannot be read is left out.
std::vector<Source> one_line_sources(std::string_view text);
std::vector<Source> deb822_sources(std::string_view text);

}  // namespace ci::delta
