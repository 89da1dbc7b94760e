#pragma once
// What an object that is a record holds: two lines of JSON. The first is short and makes the record's row, so that a
// list reads only the object's beginning; the second is the document.
#include <optional>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/result.hpp"
#include "history_store/row.hpp"

namespace ci::history_store {

// Returns the object's text for a record's document, whose row is `row`.
std::string s3_object_text(const base::Json& document, const Row& row);

// Returns the row that the beginning of an object's text makes: nothing when its first line is not whole, or makes no
// row.
std::optional<Row> row_in_s3_object(std::string_view beginning);

// Returns the document in an object's text. Error: data.
base::Result<base::Json> document_in_s3_object(std::string_view text);

}  // namespace ci::history_store
