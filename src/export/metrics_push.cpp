#include "export/metrics_push.hpp"

#include <fmt/format.h>

#include "base/base64.hpp"
#include "base/text.hpp"
#include "export/prometheus.hpp"
#include "platform/url.hpp"

namespace ci::exporter {
namespace {

constexpr std::string_view kText = "text/plain; version=0.0.4; charset=utf-8";

// Pushgateway's API: a value may hold a slash, so it is sent as base64 with the alphabet for URLs.
std::string group_path(const Labels& labels) {
  std::string path = "/metrics/job/ci-optimizer";
  for (const auto& [name, value] : labels) {
    std::string encoded = base::base64(value);
    encoded = base::replace_all(base::replace_all(encoded, "+", "-"), "/", "_");
    path += fmt::format("/{}@base64/{}", name, base::replace_all(encoded, "=", ""));
  }
  return path;
}

// Both services answer without a body; another server that takes any POST answers with a page.
base::Result<void> expect_silence(const base::Result<platform::HttpResponse>& response, const std::string& url) {
  if (!response) return base::fail(response.error());
  if (base::trim(response->body).empty()) return {};
  return base::fail(base::ErrorKind::unavailable,
                    fmt::format("{}: HTTP {} with a page, which is no answer of a metrics service",
                                platform::shown_url(url), response->status),
                    "is the address right?");
}

}  // namespace

base::Result<Pushed> push_to_gateway(const platform::Platform& platform, const Destination& destination,
                                     const std::vector<history::Record>& records) {
  const auto list = series_of(records);
  Delivery delivery(platform, destination);
  Pushed pushed{.count = 0, .left_out = list.left_out};
  for (const auto& series : list.series) {
    const auto url = url_below(destination.url, group_path(series.labels));
    const auto answer = delivery.send("PUT", url, kText, prometheus_text(series, platform.clock.now()));
    if (const auto taken = expect_silence(answer, destination.url); !taken) return base::fail(taken.error());
    ++pushed.count;
  }
  return pushed;
}

base::Result<Pushed> import_history(const platform::Platform& platform, const Destination& destination,
                                    const std::vector<history::Record>& records) {
  auto history = prometheus_history(records);
  const auto url = url_below(destination.url, "/api/v1/import/prometheus");
  Delivery delivery(platform, destination);
  Pushed pushed{.count = 0, .left_out = history.left_out};
  for (auto& piece : history.pieces) {
    const auto answer = delivery.send("POST", url, kText, std::move(piece));
    if (const auto taken = expect_silence(answer, url); !taken) return base::fail(taken.error());
    ++pushed.count;
  }
  return pushed;
}

}  // namespace ci::exporter
