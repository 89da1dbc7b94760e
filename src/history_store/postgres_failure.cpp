#include "history_store/postgres_failure.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "platform/foreign_text.hpp"

namespace ci::history_store {
namespace {

using base::ErrorKind;

constexpr std::size_t kStateLength = 5;
constexpr std::size_t kLongestMessage = 500;

ErrorKind kind_of(std::string_view state) {
  const auto is_of = [&](std::string_view beginning) { return state.starts_with(beginning); };
  if (is_of("28") || state == "42501" || state == "25006") return ErrorKind::permission;  // log-in, rights, read-only
  if (state == "53100" || is_of("58")) return ErrorKind::io;                              // disk full, system errors
  if (state == "57014" || state == "55P03" || is_of("25P0")) return ErrorKind::timeout;   // statement, lock, idle
  if (is_of("22") || is_of("23") || state == "54000") return ErrorKind::data;             // values, constraints, size
  return ErrorKind::unavailable;
}

std::string hint_for(std::string_view state) {
  if (state == "42501") return "grant the role what docs/HISTORY.md names under \"postgresql:\"";
  if (state == "28P01") return "give the password in PGPASSWORD";
  return {};
}

bool is_state(std::string_view text) {
  return text.size() == kStateLength &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
}

// Texts of the server come from somewhere else: one line, of a bounded length.
std::string shown(std::string_view text) {
  return platform::disarmed_line(base::truncate_utf8(base::trim(text), kLongestMessage));
}

}  // namespace

PostgresFailure failure_of_statement(std::string_view state, std::string_view message) {
  return {{kind_of(state), shown(message), hint_for(state)}, std::string(state)};
}

PostgresFailure failure_of_connection(std::string_view text) {
  constexpr std::string_view kBeforeState = ":  ";
  const auto line = text.substr(0, text.find('\n'));
  const auto at = line.find(kBeforeState);
  if (at == std::string_view::npos) return {{ErrorKind::unavailable, shown(line), {}}, ""};
  const auto rest = line.substr(at + kBeforeState.size());
  const auto state = rest.substr(0, kStateLength);
  if (!is_state(state) || rest.substr(state.size(), 2) != ": ") return {{ErrorKind::unavailable, shown(line), {}}, ""};
  return failure_of_statement(state, rest.substr(state.size() + 2));
}

PostgresFailure no_answer_in_time() {
  return {{ErrorKind::timeout, "no answer in time", {}}, ""};
}

}  // namespace ci::history_store
