#pragma once
// go.sum (go.dev/ref/mod, "go.sum files").
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "key/parts.hpp"

namespace ci::golang {

// Returns each module whose contents the file vouches for, with its versions ("v0.30.0", or "v0.30.0, v0.31.0"), by
// path in byte order. Lines for a go.mod alone ("v0.30.0/go.mod") count only where the module has no other. `name` is
// what the file is called in messages. Error: data, with name and line, where Go says "malformed go.sum".
base::Result<std::vector<key::Fact>> read_go_sum(std::string_view text, const std::string& name);

}  // namespace ci::golang
