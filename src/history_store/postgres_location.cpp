#include "history_store/postgres_location.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <memory>

#include "base/text.hpp"
#include "platform/ca_bundle.hpp"

namespace ci::history_store {
namespace {

constexpr const char* kSchema = "ci_optimizer";
constexpr const char* kDefaultSocketFolder = "/var/run/postgresql";  // Debian's, Ubuntu's and Fedora's
constexpr int kDefaultPort = 5432;

using Parameters = std::map<std::string, std::string>;

tl::unexpected<base::Error> refused(std::string_view why) {
  return base::fail(base::ErrorKind::usage, fmt::format("not a PostgreSQL URL: {}", why),
                    "write postgresql://USER@HOST/DATABASE and give the password in PGPASSWORD");
}

// libpq's own message repeats parts of the URL, the password among them.
base::Result<Parameters> parameters_of(const std::string& url) {
  char* message = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&::PQconninfoFree)> options(::PQconninfoParse(url.c_str(), &message),
                                                                               &::PQconninfoFree);
  if (message != nullptr) ::PQfreemem(message);
  if (!options) return refused("it is malformed, or has a parameter that is unknown");
  Parameters parameters;
  for (const auto* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr && *option->val != '\0') parameters[option->keyword] = option->val;
  }
  return parameters;
}

std::string taken(Parameters& parameters, const std::string& name) {
  const auto node = parameters.extract(name);
  return node.empty() ? "" : std::move(node.mapped());
}

// Host names are put into a URL to be resolved.
bool is_host(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' ||
           c == '_' || c == ':';
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), allowed);
}

base::Result<std::vector<PostgresServer>> servers_of(Parameters& parameters) {
  const auto hosts = base::split(taken(parameters, "host"), ',');
  const auto addresses = base::split(taken(parameters, "hostaddr"), ',');
  const auto ports = base::split(taken(parameters, "port"), ',');
  const auto count = std::max(hosts.size(), addresses.size());
  const auto of = [](const std::vector<std::string>& texts, std::size_t place) {
    return place < texts.size() ? texts[place] : std::string();
  };
  std::vector<PostgresServer> servers;
  for (std::size_t i = 0; i < count; ++i) {
    PostgresServer server{of(hosts, i), of(addresses, i), kDefaultPort};
    if (server.host.empty() && server.address.empty()) server.host = kDefaultSocketFolder;
    if (!server.is_local() && !server.host.empty() && !is_host(server.host)) return refused("its host is no name");
    if (!server.address.empty() && !is_host(server.address)) return refused("hostaddr is no address");
    const auto port = ports.size() == 1 ? ports[0] : of(ports, i);
    if (!port.empty()) {
      const auto number = base::parse_integer(port);
      if (!number || *number < 1 || *number > 65535) return refused("its port is none");
      server.port = static_cast<int>(*number);
    }
    servers.push_back(std::move(server));
  }
  return servers;
}

std::string shown(const PostgresLocation& location) {
  std::vector<std::string> places;
  for (const auto& server : location.servers) {
    const auto& name = server.host.empty() ? server.address : server.host;
    const bool has_colon = name.find(':') != std::string::npos;
    places.push_back(fmt::format(fmt::runtime(has_colon ? "[{}]{}" : "{}{}"), name,
                                 server.port == kDefaultPort ? "" : fmt::format(":{}", server.port)));
  }
  return fmt::format("postgresql://{}@{}/{}", location.parameters.at("user"), base::join(places, ","),
                     location.parameters.at("dbname"));
}

}  // namespace

bool is_postgres_url(const std::string& text) {
  return text.starts_with("postgresql://") || text.starts_with("postgres://");
}

base::Result<PostgresLocation> postgres_location(const std::string& url, const platform::Environment& environment) {
  auto parameters = parameters_of(url);
  if (!parameters) return base::fail(parameters.error());
  PostgresLocation location;
  auto servers = servers_of(*parameters);
  if (!servers) return base::fail(servers.error());
  location.servers = std::move(*servers);
  location.parameters = std::move(*parameters);
  auto& known = location.parameters;
  if (known.contains("service")) return refused("it names a service; say host, user and database");

  const auto set_default = [&](const char* name, const std::string& value) {
    if (!value.empty()) known.try_emplace(name, value);
  };
  for (const char* name : {"PGUSER", "USER", "LOGNAME"}) set_default("user", environment.get(name));
  if (!known.contains("user")) return refused("it names no user");
  set_default("dbname", environment.get("PGDATABASE"));
  set_default("dbname", known.at("user"));
  set_default("password", environment.get("PGPASSWORD"));
  set_default("sslmode", environment.get("PGSSLMODE"));
  set_default("sslrootcert", environment.get("PGSSLROOTCERT"));
  const auto mode = known.contains("sslmode") ? known.at("sslmode") : std::string();
  if (mode.starts_with("verify-") && !known.contains("sslrootcert")) {
    const auto authorities = platform::find_certificate_authorities(environment);
    if (!authorities) return base::fail(authorities.error());
    set_default("sslrootcert", authorities->file);
  }
  set_default("gssencmode", "disable");  // the static program has no Kerberos, and looking for tickets takes time
  known["client_encoding"] = "UTF8";
  set_default("fallback_application_name", "ci-optimizer");

  const bool has_search_path =
      known.contains("options") && known.at("options").find("search_path") != std::string::npos;
  location.schema_prefix = has_search_path ? "" : fmt::format("{}.", kSchema);
  location.shown = shown(location);
  return location;
}

}  // namespace ci::history_store
