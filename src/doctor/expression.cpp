#include "doctor/expression.hpp"

#include "base/text.hpp"
#include "doctor/shell_script.hpp"

namespace ci::doctor {
namespace {

constexpr auto npos = std::string_view::npos;

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

// Reads one context at `at` and moves `at` behind it.
std::string context_at(std::string_view body, std::size_t& at) {
  std::string context;
  while (at < body.size()) {
    if (is_name(body[at])) {
      context += body[at++];
    } else if (body[at] == '.' && at + 1 < body.size() && (is_name(body[at + 1]) || body[at + 1] == '*')) {
      context += '.';
      if (body[++at] == '*') context += body[at++];
    } else if (body[at] == '[') {
      const auto close = body.find(']', at);
      if (close == npos) break;
      const auto index = base::trim(body.substr(at + 1, close - at - 1));
      const bool quoted = index.size() > 1 && index.front() == '\'' && index.back() == '\'';
      context += '.';
      context += quoted ? index.substr(1, index.size() - 2) : std::string_view("*");
      at = close + 1;
    } else {
      break;
    }
  }
  return base::lower(context);
}

}  // namespace

std::vector<Expression> expressions_in(std::string_view text) {
  std::vector<Expression> found;
  for (auto at = text.find("${{"); at != npos; at = text.find("${{", at + 3)) {
    const auto end = expression_end(text, at);
    if (end == npos) continue;
    found.push_back({at, end - at, std::string(base::trim(text.substr(at + 3, end - at - 5)))});
    at = end - 3;
  }
  return found;
}

std::vector<std::string> contexts_in(std::string_view body) {
  std::vector<std::string> found;
  for (std::size_t at = 0; at < body.size();) {
    if (body[at] == '\'') {
      const auto close = body.find('\'', at + 1);
      at = close == npos ? body.size() : close + 1;
    } else if (is_name(body[at])) {
      auto context = context_at(body, at);
      const auto next = body.find_first_not_of(' ', at);
      if (next == npos || body[next] != '(') found.push_back(std::move(context));
    } else {
      ++at;
    }
  }
  return found;
}

}  // namespace ci::doctor
