#pragma once
// Records read back from their documents.
#include "base/json.hpp"
#include "base/result.hpp"
#include "history/record.hpp"

namespace ci::history {

// Returns the record that `json` holds, as to_json() wrote it. A document that lacks members that came later is read
// with their defaults; members that are not known are left out. Error: data, naming the member, when it is no record of
// schema 1, when a state, time or type is not one of ours, or when it has no id. Documents may come from strangers.
base::Result<Record> read_record(const base::Json& json);

// The same for a document's text.
base::Result<Record> parse_record(std::string_view text);

}  // namespace ci::history
