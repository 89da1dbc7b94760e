#pragma once
// What a URL says about a PostgreSQL database and how to log in there. docs/HISTORY.md, "postgresql:".
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "platform/environment.hpp"

namespace ci::history_store {

struct PostgresServer {
  std::string host;     // a name, an address, or the folder of a socket
  std::string address;  // where it is, when the URL says so (hostaddr); "" = to be resolved
  int port = 5432;

  // The host is a folder with a socket, or a socket's abstract name.
  [[nodiscard]] bool is_local() const { return host.starts_with('/') || host.starts_with('@'); }
};

struct PostgresLocation {
  std::vector<PostgresServer> servers;            // to be tried in this order
  std::map<std::string, std::string> parameters;  // libpq's words for the rest: user, password, dbname, sslmode, ...
  std::string shown;                              // the URL without password and parameters
  // "ci_optimizer.", before each table's name; "" when the URL gives a search path (options=-csearch_path=NAME).
  std::string schema_prefix;
};

// Whether `text` begins as a PostgreSQL URL does: "postgresql://" or "postgres://".
bool is_postgres_url(const std::string& text);

// Reads a URL as libpq does (postgresql.org/docs/15/libpq-connect.html, 34.1.1.2). What it does not say is taken from
// the environment: user (PGUSER, else USER), password (PGPASSWORD), trusted certificates (those of the system, when
// sslmode asks for verification); everything else has libpq's own default. Error: usage; the message shows no secret.
base::Result<PostgresLocation> postgres_location(const std::string& url, const platform::Environment& environment);

}  // namespace ci::history_store
