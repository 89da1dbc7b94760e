#pragma once
// The server of tests/cache-service.
#include <string>

#include "base/json.hpp"
#include "platform/http.hpp"
#include "servers/node_server.hpp"

namespace ci::test {

class CacheServer {
 public:
  static bool possible() { return NodeServer::possible(); }

  // Tells the server what to do (service.mjs, #control). Returns the names of the calls so far, each with a space after
  // it.
  std::string control(platform::Http& http, const std::string& wish) const {
    platform::HttpRequest request;
    request.method = "POST";
    request.url = url + "control";
    request.body = wish;
    const auto answer = http.send(request);
    if (!answer) return answer.error().message;
    std::string calls;
    const auto body = base::parse_json(answer->body);
    if (!body) return "no JSON";
    for (const auto& entry : (*body)["log"].items()) calls += entry["call"].as_string() + ' ';
    return calls;
  }

  const NodeServer server{{CI_OPTIMIZER_SOURCE_DIR "/tests/cache-service/main.mjs"}};
  const std::string url = server.told["url"].as_string();  // with a slash at its end; "" when the server did not start
  const std::string token = server.told["token"].as_string();
  const std::string rest_token = server.told["restToken"].as_string();
};

}  // namespace ci::test
