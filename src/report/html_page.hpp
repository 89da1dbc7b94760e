#pragma once
// Records as one HTML page that needs nothing else: no script, no other file, no network (issue 6, item 3).
#include <string>
#include <vector>

#include "history/record.hpp"

namespace ci::report {

// Returns the page of the newest record; the older ones of `records`, which are newest first, are its history. It works
// from the disk, without a script, in light and dark, on a telephone, with a keyboard and with a screen reader
// (WCAG 2.2, level AA). Its content security policy forbids all but its own style. Every text of others is escaped and
// bounded. `records` has one record at least.
std::string html_page(const std::vector<history::Record>& records);

}  // namespace ci::report
