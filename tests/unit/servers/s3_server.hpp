#pragma once
// The service of tests/s3.
#include <filesystem>
#include <map>
#include <string>

#include "base/json.hpp"
#include "servers/node_server.hpp"

namespace ci::test {

class S3Server {
 public:
  // Whether this machine can run it: Node, and what "npm ci" in tests/s3 installs.
  static bool possible() {
    return NodeServer::possible() && std::filesystem::exists(CI_OPTIMIZER_SOURCE_DIR "/tests/s3/node_modules/s3rver");
  }

  S3Server() {
    for (const char* name :
         {"AWS_ENDPOINT_URL_S3", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}) {
      environment[name] = server.told["environment"][name].as_string();
    }
  }

  const NodeServer server{{"--openssl-legacy-provider", CI_OPTIMIZER_SOURCE_DIR "/tests/s3/main.mjs"}};
  const std::string url = server.told["url"].as_string();  // "" when the server did not start
  const std::string bucket = server.told["bucket"].as_string();
  std::map<std::string, std::string> environment;  // what leads a client here
};

}  // namespace ci::test
