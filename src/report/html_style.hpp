#pragma once
// The style sheet of the HTML page.
#include <string_view>

namespace ci::report {

// Returns CSS for light and dark, narrow and wide screens, paper, and forced colours. Nothing in it moves, and nothing
// is fetched.
std::string_view html_style();

}  // namespace ci::report
