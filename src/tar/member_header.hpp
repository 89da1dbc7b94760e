#pragma once
// What stands before a member's contents.
#include <string>
#include <string_view>

#include "archive/member.hpp"

namespace ci::tar {

// Appends the header of `member`, which is called `name` in the archive, after a pax header for what does not fit.
// `target` is what a link leads to, as the archive says it.
void append_header(const archive::Member& member, std::string_view name, std::string_view target, std::string& out);

}  // namespace ci::tar
