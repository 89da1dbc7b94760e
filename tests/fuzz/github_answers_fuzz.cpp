// What the Actions cache service answers, in both protocols, and the token that it gave: any bytes, any status.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "fakes/fake_platform.hpp"
#include "store/github_access.hpp"
#include "store/github_rest.hpp"
#include "store/github_service.hpp"

namespace {

using namespace ci;

constexpr std::array kStatuses = {200, 200, 200, 201, 204, 302, 400, 403, 404, 409, 413, 429, 500, 503};
constexpr const char* kVersion = "27f8be18ef5e1caed930dca7d1eee52027a00251f123574ae008fb5bc130f5ca";

void require(bool holds) {
  if (!holds) std::abort();
}

store::GithubAccess access(store::GithubProtocol protocol) {
  store::GithubAccess access;
  access.protocol = protocol;
  access.url = "https://cache.test";
  access.token = "token";
  access.scopes = {{"refs/heads/main", true, true}};
  return access;
}

void talk(store::GithubProtocol protocol, int status, std::string_view body) {
  test::FakePlatform fakes;
  const auto platform = fakes.seams();
  // A service that never says anything else: what would ask it for ever fails here.
  int asked = 0;
  fakes.http.otherwise = [&](const platform::HttpRequest&) -> base::Result<platform::HttpResponse> {
    require(++asked < 1000);
    return platform::HttpResponse{status, {}, std::string(body)};
  };
  const auto github = access(protocol);
  const auto service = protocol == store::GithubProtocol::v1 ? make_github_service_v1(github, kVersion, platform)
                                                             : make_github_service_v2(github, kVersion, platform);
  const auto end = fakes.clock.monotonic() + std::chrono::minutes(5);
  const auto found = service->look_up({"key", "prefix-"}, end);
  if (found && *found) require(!(*found)->url.empty() && !(*found)->key.empty());
  if (auto reserved = service->reserve("key", end)) {
    (void)(*reserved)->block(store::Extent::blocks, 0, 0, "bytes");
    (void)(*reserved)->commit(store::Extent::blocks, 1, 5, end);
  }
  const store::GithubRestAccess rest_access{"https://api.test", "o/r", "rest", github.scopes};
  const store::GithubRest rest(rest_access, kVersion, platform);
  const auto listed = rest.list("");
  if (listed) {
    for (const auto& entry : *listed) require(!entry.key.empty());
  }
  (void)rest.remove({"key", 1, {}, "refs/heads/main"});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data + 1), size - 1);
  const int status = kStatuses[data[0] % kStatuses.size()];
  talk(store::GithubProtocol::v1, status, body);
  talk(store::GithubProtocol::v2, status, body);
  (void)store::scopes_in_token(body);
  return 0;
}
