#include "export/otlp_document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/digest.hpp"
#include "base/text.hpp"

namespace ci::exporter {
namespace {

using base::Json;

constexpr std::size_t kLongestText = 4096;
constexpr int kStatusError = 2;

// fixed64 nanoseconds since 1970 do not hold every time that a record can name.
Json nanoseconds(base::TimePoint time) {
  constexpr std::int64_t kLast = 9'000'000'000'000'000;  // microseconds, in 2255
  const auto micro = std::clamp<std::int64_t>(time.time_since_epoch().count(), 0, kLast);
  return std::to_string(micro * 1000);
}

}  // namespace

OtlpAttributes& OtlpAttributes::add(std::string_view name, const char* type, Json value) {
  list_.push(Json::object().set("key", name).set("value", Json::object().set(type, std::move(value))));
  return *this;
}

OtlpAttributes& OtlpAttributes::text(std::string_view name, std::string_view value) {
  if (value.empty()) return *this;
  return add(name, "stringValue", base::truncate_utf8(value, kLongestText));
}

OtlpAttributes& OtlpAttributes::integer(std::string_view name, std::int64_t value) {
  return add(name, "intValue", std::to_string(value));
}

OtlpAttributes& OtlpAttributes::number(std::string_view name, double value) {
  if (!std::isfinite(value)) return *this;
  return add(name, "doubleValue", value);
}

Json otlp_event(std::string_view name, base::TimePoint time, const OtlpAttributes& attributes) {
  return Json::object().set("timeUnixNano", nanoseconds(time)).set("name", name).set("attributes", attributes.json());
}

Json to_json(const OtlpSpan& span) {
  Json json = Json::object().set("traceId", span.trace_id).set("spanId", span.span_id);
  if (!span.parent_id.empty()) json.set("parentSpanId", span.parent_id);
  json.set("name", base::truncate_utf8(span.name, kLongestText))
      .set("kind", static_cast<int>(span.kind))
      .set("startTimeUnixNano", nanoseconds(span.start))
      .set("endTimeUnixNano", nanoseconds(span.end))
      .set("attributes", span.attributes.json());
  if (!span.events.items().empty()) json.set("events", span.events);
  Json status = Json::object();
  if (!span.error.empty())
    status.set("message", base::truncate_utf8(span.error, kLongestText)).set("code", kStatusError);
  return json.set("status", std::move(status));
}

std::string otlp_id(std::size_t bytes, std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const auto part : parts) text += fmt::format("{}:{},", part.size(), part);  // no two lists make one text
  return base::hex(base::sha256(text)).substr(0, 2 * bytes);
}

}  // namespace ci::exporter
