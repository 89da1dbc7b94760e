#pragma once
// The expressions in a text, "${{ ... }}", and the contexts that they read.
#include <string>
#include <string_view>
#include <vector>

namespace ci::doctor {

struct Expression {
  std::size_t at = 0;    // offset of "${{"
  std::size_t size = 0;  // with "}}"
  std::string body;      // what stands between, without blanks at its ends
};

// The expressions of `text`, in their order.
std::vector<Expression> expressions_in(std::string_view text);

// The contexts that an expression's body reads, in lower case and with [' '] as dots: "github.event.issue.title". An
// index or .* becomes "*". Strings and the names of functions are none.
std::vector<std::string> contexts_in(std::string_view body);

}  // namespace ci::doctor
