#pragma once
// What a user may ask for: name, name:architecture, name=version, name/suite, ./file.deb.
#include <string>
#include <vector>

#include "base/result.hpp"

namespace ci::apt {

struct PackageSpec {
  std::string text;          // as written, and as apt-get takes it
  std::string name;          // "" for a file whose control data was not read yet
  std::string architecture;  // "" = the machine's own, or any
  std::string version;       // "" = any
  std::string suite;         // "" = any
  bool is_file = false;      // text is the path of a .deb
};

// Reads one request. Error: data, when it is not one of the forms above. Names are those of Debian policy 5.6.1, which
// keeps options (-o...), patterns (?x, ~x), globs, tasks (name^) and removals (name-) out of apt's command line.
base::Result<PackageSpec> parse_package_spec(std::string_view text);

// Reads all of them and drops repeated ones. Error: data, naming every malformed one.
base::Result<std::vector<PackageSpec>> parse_package_specs(const std::vector<std::string>& texts);

}  // namespace ci::apt
