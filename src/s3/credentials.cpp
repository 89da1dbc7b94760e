#include "s3/credentials.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <system_error>

#include "base/text.hpp"
#include "platform/filesystem.hpp"

namespace ci::s3 {
namespace {

using base::ErrorKind;
using base::fail;

constexpr std::size_t kLongestFile = std::size_t{1} << 20;
constexpr std::string_view kHint =
    "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and AWS_SESSION_TOKEN with temporary credentials "
    "(aws-actions/configure-aws-credentials does)";

// The settings of one profile in the shared credentials file: lines "name = value" below "[profile]". Nothing when the
// file has no such profile.
std::optional<std::map<std::string, std::string>> profile_in(std::string_view file, std::string_view profile) {
  std::optional<std::map<std::string, std::string>> settings;
  bool inside = false;
  for (const std::string& raw : base::split(file, '\n')) {
    const std::string_view line = base::trim(raw);
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    if (line.front() == '[' && line.back() == ']') {
      inside = base::trim(line.substr(1, line.size() - 2)) == profile;
      if (inside && !settings) settings.emplace();
      continue;
    }
    const auto equals = line.find('=');
    if (!inside || equals == std::string_view::npos) continue;
    (*settings)[base::lower(base::trim(line.substr(0, equals)))] = base::trim(line.substr(equals + 1));
  }
  return settings;
}

base::Result<Credentials> whole(Credentials credentials, std::string_view where) {
  if (credentials.access_key_id.empty() || credentials.secret_access_key.empty()) {
    return fail(
        ErrorKind::permission,
        fmt::format("{} has no {}", where, credentials.access_key_id.empty() ? "access key id" : "secret access key"),
        std::string(kHint));
  }
  return credentials;
}

base::Result<Credentials> from_file(const std::filesystem::path& path, const std::string& profile) {
  const auto text = platform::read_file(path, kLongestFile);
  if (!text) return fail(text.error().within("cannot read the shared credentials"));
  const auto settings = profile_in(*text, profile);
  if (!settings) {
    return fail(ErrorKind::permission, fmt::format("no profile \"{}\" in {}", profile, path.string()),
                std::string(kHint));
  }
  const auto value = [&](const char* name) {
    const auto found = settings->find(name);
    return found != settings->end() ? found->second : "";
  };
  return whole({value("aws_access_key_id"), value("aws_secret_access_key"), value("aws_session_token")},
               fmt::format("the profile \"{}\" in {}", profile, path.string()));
}

}  // namespace

base::Result<Credentials> find_credentials(const platform::Environment& environment) {
  Credentials credentials{environment.get("AWS_ACCESS_KEY_ID"), environment.get("AWS_SECRET_ACCESS_KEY"),
                          environment.get("AWS_SESSION_TOKEN")};
  if (!credentials.access_key_id.empty() || !credentials.secret_access_key.empty()) {
    return whole(std::move(credentials), "the environment");
  }
  std::string profile = environment.get("AWS_PROFILE");
  if (profile.empty()) profile = "default";
  if (const auto named = environment.get("AWS_SHARED_CREDENTIALS_FILE"); !named.empty())
    return from_file(named, profile);
  if (const auto home = environment.get("HOME"); !home.empty()) {
    const auto path = std::filesystem::path(home) / ".aws" / "credentials";
    std::error_code error;
    if (std::filesystem::exists(path, error)) return from_file(path, profile);
  }
  return fail(ErrorKind::permission, "there are no credentials for the S3 store", std::string(kHint));
}

}  // namespace ci::s3
