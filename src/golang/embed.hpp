#pragma once
// Files that Go sources embed (pkg.go.dev/embed).
#include <string>
#include <string_view>
#include <vector>

namespace ci::golang {

// Returns the patterns of the "//go:embed" lines of a Go source, each once. What looks like such a line in a string or
// comment counts too: a file too many only makes a key more exact.
std::vector<std::string> embed_patterns(std::string_view source);

// Returns the files, relative to `folder`, that a pattern embeds there: what it matches, and of a folder all below it,
// but for names that begin with "." or "_" unless the pattern begins with "all:". Nothing where it matches nothing,
// leads out of the folder, or a name cannot be read: the build is what reports that.
std::vector<std::string> embedded_files(const std::string& folder, std::string_view pattern);

}  // namespace ci::golang
