#pragma once
// How the Actions cache service is reached from this step, and what it lets us do there. Everything comes from the
// environment that the action's hook gets from the runner; `run:` steps get none of it.
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "platform/environment.hpp"

namespace ci::store {

enum class GithubProtocol {
  v1,  // _apis/artifactcache: GitHub Enterprise Server and older servers of one's own
  v2,  // Twirp and signed URLs
};

// A Git reference whose entries the token opens.
struct GithubScope {
  std::string reference;  // refs/heads/main
  bool may_read = false;
  bool may_write = false;
};

struct GithubAccess {
  GithubProtocol protocol = GithubProtocol::v2;
  std::string url;                  // of the service, without a slash at its end
  std::string token;                // never shown
  std::vector<GithubScope> scopes;  // empty when the token does not say
  std::string no_reading;           // why nothing may be restored; "" when it may
  std::string no_writing;           // why nothing may be saved; "" when it may
  std::string run;                  // tells this attempt of this run from all others, "123.1"; "" when unknown
};

// What listing and removing needs: the REST API, which any step reaches, and people with a token of theirs.
struct GithubRestAccess {
  std::string api_url;              // without a slash at its end
  std::string repository;           // owner/name; "" when unknown
  std::string token;                // never shown; "" = none
  std::vector<GithubScope> scopes;  // that the job's runtime token opens; empty where there is none: all references
};

// Reads the environment. Error: unavailable, when this step has no way to the service.
base::Result<GithubAccess> read_github_access(const platform::Environment& environment);

// Reads the environment; what is missing is found when it is needed.
GithubRestAccess read_github_rest_access(const platform::Environment& environment);

// Returns the scopes in the claim `ac` of a runtime token; none when it has no such claim. The token is not verified:
// the service does that.
std::vector<GithubScope> scopes_in_token(std::string_view token);

// Whether `server_url` (GITHUB_SERVER_URL) is a GitHub Enterprise Server.
bool is_enterprise_server(std::string_view server_url);

}  // namespace ci::store
