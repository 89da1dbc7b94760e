#pragma once
// Lists of texts in JSON documents.
#include <string>
#include <vector>

#include "base/json.hpp"

namespace ci::base {

// Returns the texts as an array, in their order.
Json texts_json(const std::vector<std::string>& texts);

// Returns the texts of an array: "" for an item that is none, and no texts when `list` is no array.
std::vector<std::string> texts_in(const Json& list);

}  // namespace ci::base
