#pragma once
// go.mod and go.work (go.dev/ref/mod, "Lexical elements"), as far as keys depend on them.
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace ci::golang {

// One directive: "require golang.org/x/net v0.31.0", from a block or a line of its own.
struct Directive {
  std::string verb;
  std::vector<std::string> words;
  int line = 0;
};

// Returns the directives of a go.mod or go.work file in their order; unknown ones too, for later versions of Go. `name`
// is what the file is called in messages. Error: data, with name and line: a block or a string that does not end, a
// line that is no UTF-8 text.
base::Result<std::vector<Directive>> read_directives(std::string_view text, const std::string& name);

struct ModuleVersion {
  std::string path;
  std::string version;
};

struct ModuleFile {
  std::string module;     // its path; "" in a go.work
  std::string go;         // "1.22": the least version of the language
  std::string toolchain;  // "go1.22.3"; "" = none is named
  std::vector<ModuleVersion> required;
  std::vector<std::string> folders;  // of `replace` by a folder, and of `use` in a go.work, as they are written
};

// Error: data, as above, and for a known directive with the wrong number of words.
base::Result<ModuleFile> read_module_file(std::string_view text, const std::string& name);

}  // namespace ci::golang
