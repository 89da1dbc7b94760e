#pragma once
// The parts of an OTLP/HTTP JSON document (opentelemetry-proto, trace/v1/trace.proto; "JSON Protobuf Encoding" of the
// OTLP specification: lowerCamelCase names, identifiers in hexadecimal, 64-bit integers as text, enums as numbers).
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/time.hpp"

namespace ci::exporter {

enum class SpanKind { internal = 1, server = 2 };

// Attributes in their order; those without a value are left out, longer texts than 4096 bytes are cut.
class OtlpAttributes {
 public:
  OtlpAttributes& text(std::string_view name, std::string_view value);
  OtlpAttributes& integer(std::string_view name, std::int64_t value);
  OtlpAttributes& number(std::string_view name, double value);  // left out when it is not finite
  [[nodiscard]] base::Json json() const { return list_; }

 private:
  OtlpAttributes& add(std::string_view name, const char* type, base::Json value);
  base::Json list_ = base::Json::array();
};

struct OtlpSpan {
  std::string trace_id;   // 32 hexadecimal digits
  std::string span_id;    // 16
  std::string parent_id;  // 16; "" for the root
  std::string name;
  SpanKind kind = SpanKind::internal;
  base::TimePoint start, end;
  OtlpAttributes attributes;
  base::Json events = base::Json::array();
  std::string error;  // why it failed; "" = it did not
};

base::Json to_json(const OtlpSpan& span);
base::Json otlp_event(std::string_view name, base::TimePoint time, const OtlpAttributes& attributes);

// Returns `bytes` bytes of an identifier that depends on nothing but `parts`, in hexadecimal.
std::string otlp_id(std::size_t bytes, std::initializer_list<std::string_view> parts);

}  // namespace ci::exporter
