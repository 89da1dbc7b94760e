#include "base/json.hpp"

#include <fmt/format.h>
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.hpp"

namespace ci::base {
namespace {

constexpr std::size_t kMaxDepth = 64;

// Builds a Json from RapidJSON's events. Open containers wait on a stack, each with the name it will be stored under.
class Builder {
 public:
  bool Null() { return add(Json()); }
  bool Bool(bool value) { return add(Json(value)); }
  bool Int(int value) { return add(Json(value)); }
  bool Uint(unsigned value) { return add(Json(std::int64_t{value})); }
  bool Int64(std::int64_t value) { return add(Json(value)); }
  bool Uint64(std::uint64_t value) {
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      return add(Json(static_cast<double>(value)));
    }
    return add(Json(static_cast<std::int64_t>(value)));
  }
  bool Double(double value) { return add(Json(value)); }
  bool RawNumber(const char*, unsigned, bool) { return false; }
  bool String(const char* text, unsigned length, bool) { return add(Json(std::string(text, length))); }
  bool Key(const char* text, unsigned length, bool) {
    name_.assign(text, length);
    return true;
  }
  bool StartObject() { return open(Json::object()); }
  bool EndObject(unsigned) { return close(); }
  bool StartArray() { return open(Json::array()); }
  bool EndArray(unsigned) { return close(); }

  Json take() { return std::move(root_); }

 private:
  bool open(Json container) {
    if (stack_.size() >= kMaxDepth) return false;
    stack_.emplace_back(std::move(name_), std::move(container));
    name_.clear();
    return true;
  }
  bool close() {
    auto [name, value] = std::move(stack_.back());
    stack_.pop_back();
    name_ = std::move(name);
    return add(std::move(value));
  }
  bool add(Json value) {
    if (stack_.empty()) {
      root_ = std::move(value);
    } else if (Json& container = stack_.back().second; container.is_array()) {
      container.push(std::move(value));
    } else {
      container.set(name_, std::move(value));
    }
    return true;
  }

  std::vector<Json::Member> stack_;
  std::string name_;
  Json root_;
};

template <class Writer>
void write(Writer& writer, const Json& value) {
  if (value.is_bool()) {
    writer.Bool(value.as_bool());
  } else if (value.is_integer()) {
    writer.Int64(value.as_integer());
  } else if (value.is_number()) {
    // JSON has no infinities; they mean "unknown" to a reader.
    if (std::isfinite(value.as_number())) {
      writer.Double(value.as_number());
    } else {
      writer.Null();
    }
  } else if (value.is_string()) {
    const std::string text = valid_utf8(value.as_string());
    writer.String(text.data(), static_cast<unsigned>(text.size()));
  } else if (value.is_array()) {
    writer.StartArray();
    for (const Json& item : value.items()) write(writer, item);
    writer.EndArray();
  } else if (value.is_object()) {
    writer.StartObject();
    for (const auto& [name, member] : value.members()) {
      const std::string text = valid_utf8(name);
      writer.Key(text.data(), static_cast<unsigned>(text.size()));
      write(writer, member);
    }
    writer.EndObject();
  } else {
    writer.Null();
  }
}

const Json& null_value() {
  static const Json value;
  return value;
}

}  // namespace

Json::Object::Object(std::initializer_list<Member> members) {
  for (const auto& [name, value] : members) set(name, value);
}

Json::Object::Object(const Object& other)
    : members_(other.members_), places_(other.places_ ? std::make_unique<Places>(*other.places_) : nullptr) {}

Json::Object& Json::Object::operator=(Object other) noexcept {
  members_ = std::move(other.members_);
  places_ = std::move(other.places_);
  return *this;
}

std::size_t Json::Object::place_of(std::string_view name) const {
  if (places_) {
    const auto found = places_->find(std::string(name));
    return found != places_->end() ? found->second : members_.size();
  }
  const auto found = std::find_if(members_.begin(), members_.end(), [&](const Member& m) { return m.first == name; });
  return static_cast<std::size_t>(found - members_.begin());
}

const Json* Json::Object::find(std::string_view name) const {
  const std::size_t place = place_of(name);
  return place < members_.size() ? &members_[place].second : nullptr;
}

void Json::Object::set(std::string_view name, Json value) {
  constexpr std::size_t kFew = 32;  // to look through one after the other
  const std::size_t place = place_of(name);
  if (place < members_.size()) {
    members_[place].second = std::move(value);
    return;
  }
  members_.emplace_back(std::string(name), std::move(value));
  if (places_) {
    places_->emplace(name, place);
  } else if (members_.size() > kFew) {
    places_ = std::make_unique<Places>();
    for (std::size_t i = 0; i < members_.size(); ++i) places_->emplace(members_[i].first, i);
  }
}

bool operator==(const Json::Object& one, const Json::Object& other) {
  return one.members_ == other.members_;
}

bool Json::as_bool() const {
  const bool* value = std::get_if<bool>(&value_);
  return value != nullptr && *value;
}

std::int64_t Json::as_integer() const {
  if (const auto* value = std::get_if<std::int64_t>(&value_)) return *value;
  return 0;
}

double Json::as_number() const {
  if (const auto* value = std::get_if<double>(&value_)) return *value;
  return static_cast<double>(as_integer());
}

const std::string& Json::as_string() const {
  static const std::string empty;
  const auto* value = std::get_if<std::string>(&value_);
  return value != nullptr ? *value : empty;
}

const Json::Array& Json::items() const {
  static const Array empty;
  const auto* value = std::get_if<Array>(&value_);
  return value != nullptr ? *value : empty;
}

const Json::Object& Json::members() const {
  static const Object empty;
  const auto* value = std::get_if<Object>(&value_);
  return value != nullptr ? *value : empty;
}

const Json& Json::operator[](std::string_view name) const {
  const Json* found = members().find(name);
  return found != nullptr ? *found : null_value();
}

bool Json::contains(std::string_view name) const {
  return members().find(name) != nullptr;
}

Json& Json::set(std::string_view name, Json value) {
  if (!is_object()) value_ = Object{};
  std::get<Object>(value_).set(name, std::move(value));
  return *this;
}

Json& Json::push(Json value) {
  if (!is_array()) value_ = Array{};
  std::get<Array>(value_).push_back(std::move(value));
  return *this;
}

std::string Json::compact() const {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  write(writer, *this);
  return {buffer.GetString(), buffer.GetSize()};
}

std::string Json::pretty() const {
  rapidjson::StringBuffer buffer;
  rapidjson::PrettyWriter<rapidjson::StringBuffer> writer(buffer);
  writer.SetIndent(' ', 2);
  write(writer, *this);
  return {buffer.GetString(), buffer.GetSize()};
}

Result<Json> parse_json(std::string_view text) {
  rapidjson::MemoryStream stream(text.data(), text.size());
  rapidjson::Reader reader;
  Builder builder;
  const auto wrong = [&](std::size_t offset, std::string_view why) {
    const auto before = text.substr(0, offset);
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const auto column = before.size() - (before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1) + 1;
    return fail(ErrorKind::data, fmt::format("line {}, column {}: {}", line, column, why));
  };
  constexpr unsigned kFlags =
      rapidjson::kParseValidateEncodingFlag | rapidjson::kParseFullPrecisionFlag | rapidjson::kParseIterativeFlag;
  if (const auto parsed = reader.Parse<kFlags>(stream, builder); parsed.IsError()) {
    return wrong(parsed.Offset(), parsed.Code() == rapidjson::kParseErrorTermination
                                      ? "nested too deeply"
                                      : rapidjson::GetParseError_En(parsed.Code()));
  }
  // The reader takes a zero byte for the end of its text.
  if (stream.Tell() != text.size()) return wrong(stream.Tell(), "A zero byte follows the document.");
  return builder.take();
}

}  // namespace ci::base
