#pragma once
// The commands that follow the files of a restore (obstacles.hpp), as a delta's label and the record of a publication
// keep them.
#include <string>
#include <vector>

#include "base/json.hpp"

namespace ci::delta {

using Commands = std::vector<std::vector<std::string>>;  // to be run in this order, each with its arguments

// Returns an array with an array of words for each command.
base::Json to_json(const Commands& commands);

// Returns what to_json() wrote. What is no list in it gives a command without words, and what is no list at all none.
Commands commands_in(const base::Json& json);

}  // namespace ci::delta
