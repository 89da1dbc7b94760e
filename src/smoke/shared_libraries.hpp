#pragma once
// Whether the dynamic linker finds every shared library of a program.
#include <string>
#include <vector>

#include "base/result.hpp"
#include "platform/platform.hpp"

namespace ci::smoke {

// Returns the names of the libraries that `file` (a path, or a command in PATH) needs and the dynamic linker does not
// find; none for a static program. The program itself is not run. Error: environment, when the file is not there or is
// no ELF file, or when the linker cannot be asked.
base::Result<std::vector<std::string>> unresolved_libraries(const platform::Platform& platform,
                                                            const std::string& file);

}  // namespace ci::smoke
