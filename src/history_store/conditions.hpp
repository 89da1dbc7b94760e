#pragma once
// A Selection as the conditions of an SQL query, for SQLite's dialect and PostgreSQL's.
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "history_store/selection.hpp"

namespace ci::history_store {

// Every value is a placeholder of the text, never a part of it.
class Conditions {
 public:
  enum class Placeholders {
    marks,    // "?"
    numbers,  // "$1", "$2"
  };
  using Value = std::variant<std::string, std::int64_t, base::TimePoint>;

  explicit Conditions(const Selection& selection, Placeholders placeholders);

  // " AND job = ? AND ...", to follow another condition; "" when everything is selected. The limit is not in it.
  [[nodiscard]] const std::string& text() const { return text_; }
  // The placeholders' values in order.
  [[nodiscard]] const std::vector<Value>& values() const { return values_; }

 private:
  // Adds "COMPARISON placeholder".
  void add(const char* comparison, Value value);
  void equal(const char* column, const std::optional<std::string>& value);
  std::string placeholder_of(Value value);

  const Placeholders placeholders_;
  std::string text_;
  std::vector<Value> values_;
};

}  // namespace ci::history_store
