#pragma once
// JSON documents as values. RapidJSON parses and writes; nothing of it shows outside json.cpp.
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace ci::base {

class Json {
 public:
  using Array = std::vector<Json>;
  using Member = std::pair<std::string, Json>;

  // Members in the order of their insertion, each name once. Of many members one is found as fast as of few.
  class Object {
   public:
    Object() = default;
    Object(std::initializer_list<Member> members);
    Object(const Object& other);
    Object(Object&&) noexcept = default;
    Object& operator=(Object other) noexcept;
    ~Object() = default;

    // The value of `name`, or nullptr.
    [[nodiscard]] const Json* find(std::string_view name) const;
    // Replaces the value of `name`, or appends it.
    void set(std::string_view name, Json value);

    [[nodiscard]] auto begin() const { return members_.begin(); }
    [[nodiscard]] auto end() const { return members_.end(); }
    [[nodiscard]] bool empty() const { return members_.empty(); }
    [[nodiscard]] std::size_t size() const { return members_.size(); }
    friend bool operator==(const Object& one, const Object& other);

   private:
    using Places = std::unordered_map<std::string, std::size_t>;
    [[nodiscard]] std::size_t place_of(std::string_view name) const;  // members_.size() when it is not there

    std::vector<Member> members_;
    std::unique_ptr<Places> places_;  // only of many members: it is as large as their names
  };

  Json() = default;  // null
  Json(std::nullptr_t) {}
  Json(bool value) : value_(value) {}
  Json(int value) : value_(std::int64_t{value}) {}
  Json(std::int64_t value) : value_(value) {}
  Json(double value) : value_(value) {}
  Json(const char* value) : value_(std::string(value)) {}
  Json(std::string_view value) : value_(std::string(value)) {}
  Json(std::string value) : value_(std::move(value)) {}
  Json(Array value) : value_(std::move(value)) {}
  Json(Object value) : value_(std::move(value)) {}

  static Json array() { return Json(Array{}); }
  static Json object() { return Json(Object{}); }

  [[nodiscard]] bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  [[nodiscard]] bool is_bool() const { return std::holds_alternative<bool>(value_); }
  [[nodiscard]] bool is_integer() const { return std::holds_alternative<std::int64_t>(value_); }
  [[nodiscard]] bool is_number() const { return is_integer() || std::holds_alternative<double>(value_); }
  [[nodiscard]] bool is_string() const { return std::holds_alternative<std::string>(value_); }
  [[nodiscard]] bool is_array() const { return std::holds_alternative<Array>(value_); }
  [[nodiscard]] bool is_object() const { return std::holds_alternative<Object>(value_); }

  // What the value holds, or the empty value of that type when it holds another one: reading a stranger's document
  // never fails half-way; whoever must know asks is_...() first.
  [[nodiscard]] bool as_bool() const;
  [[nodiscard]] std::int64_t as_integer() const;
  [[nodiscard]] double as_number() const;
  [[nodiscard]] const std::string& as_string() const;
  [[nodiscard]] const Array& items() const;
  [[nodiscard]] const Object& members() const;

  // The member `name`, or null when there is none or this is not an object.
  [[nodiscard]] const Json& operator[](std::string_view name) const;
  [[nodiscard]] const Json& operator[](const char* name) const { return (*this)[std::string_view(name)]; }
  // Whether this is an object with a member `name`.
  [[nodiscard]] bool contains(std::string_view name) const;

  // Sets member `name` (replacing one of that name) of this object; a null value becomes an object. Returns *this.
  Json& set(std::string_view name, Json value);
  // Appends to this array; a null value becomes an array. Returns *this.
  Json& push(Json value);

  // This document as text. Numbers are written as they compare equal when read again; invalid UTF-8 in a string
  // becomes U+FFFD, so that the result is always valid JSON.
  [[nodiscard]] std::string compact() const;
  [[nodiscard]] std::string pretty() const;

  friend bool operator==(const Json&, const Json&) = default;

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> value_;
};

// Parses one JSON document (RFC 8259) of at most 64 levels. Error: data, with line and column.
Result<Json> parse_json(std::string_view text);

}  // namespace ci::base
