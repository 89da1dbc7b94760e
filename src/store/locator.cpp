#include "store/locator.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <string_view>
#include <system_error>

#include "s3/credentials.hpp"
#include "store/folder_store.hpp"
#include "store/github_store.hpp"
#include "store/s3_store.hpp"

namespace ci::store {
namespace {

tl::unexpected<base::Error> refused(std::string_view url, std::string_view why) {
  return base::fail(base::ErrorKind::usage, fmt::format("not a cache store: \"{}\": {}", url, why),
                    "write github:, s3://BUCKET/FOLDER, or file:FOLDER such as file:/var/cache/ci");
}

// The folder that what follows "file:" names: a path, or as in any file URL a path after an empty host.
base::Result<std::filesystem::path> folder_of(std::string_view url, std::string_view path) {
  if (path.starts_with("///")) path.remove_prefix(2);
  if (path.empty()) return refused(url, "no folder is named");
  if (path.starts_with("//")) return refused(url, "a file store is on this machine: the path has one slash in front");
  if (path.starts_with("~")) return refused(url, "\"~\" is not expanded here");
  if (path.find('\0') != std::string_view::npos) return refused(url, "the path has a zero byte");
  std::error_code error;
  auto folder = std::filesystem::absolute(path, error).lexically_normal();
  if (error) return refused(url, error.message());
  return folder;
}

}  // namespace

base::Result<std::unique_ptr<Store>> open_store(const std::string& url, const StoreLimits& limits,
                                                const platform::Platform& platform) {
  const std::string_view text = url;
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return refused(url, "the kind of store is missing");
  if (text.substr(0, colon) == "s3") {
    const auto location = s3::location_of(url, platform.environment);
    if (!location) return base::fail(location.error());
    return std::make_unique<S3Store>(*location, s3::find_credentials(platform.environment), limits.time, platform);
  }
  if (text == "github:") {
    return std::make_unique<GithubStore>(read_github_access(platform.environment),
                                         read_github_rest_access(platform.environment),
                                         limits.version.value_or(own_version()), limits.time, platform);
  }
  if (text.substr(0, colon) == "github") return refused(url, "nothing follows \"github:\"");
  if (text.substr(0, colon) != "file") return refused(url, "there is no such kind of store");
  const auto folder = folder_of(url, text.substr(colon + 1));
  if (!folder) return base::fail(folder.error());
  return std::make_unique<FolderStore>(*folder, limits.bytes, platform.clock, platform.log);
}

}  // namespace ci::store
