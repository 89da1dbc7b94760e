#include "history_store/locator.hpp"

#include <fmt/format.h>

#include "history_store/file_history_store.hpp"
#include "history_store/git_history_store.hpp"
#include "history_store/postgres_history_store.hpp"
#include "history_store/s3_history_store.hpp"
#include "platform/url.hpp"
#include "s3/credentials.hpp"
#include "s3/location.hpp"

namespace ci::history_store {
namespace {

tl::unexpected<base::Error> refused(std::string_view text, std::string_view why) {
  // A URL may have a password.
  const bool is_url = text.find("://") != std::string_view::npos;
  return base::fail(base::ErrorKind::usage,
                    fmt::format("not a history store: \"{}\": {}", is_url ? platform::shown_url(text) : text, why),
                    "write git:BRANCH, s3://BUCKET/FOLDER, postgresql://USER@HOST/DATABASE, or file:DIR such as "
                    "file:/var/lib/ci");
}

}  // namespace

base::Result<std::unique_ptr<HistoryStore>> open_history_store(const std::string& text,
                                                               const platform::Platform& platform,
                                                               base::Duration patience) {
  constexpr std::string_view kFile = "file:";
  constexpr std::string_view kGit = "git:";
  if (text.find('\0') != std::string::npos) return refused(text.c_str(), "it has a zero byte");
  if (is_postgres_url(text)) {
    auto location = postgres_location(text, platform.environment);
    if (!location) return base::fail(location.error());
    return std::make_unique<PostgresHistoryStore>(std::move(*location), platform.clock, patience);
  }
  if (text.starts_with("s3://")) {
    const auto location = s3::location_of(text, platform.environment);
    if (!location) return base::fail(location.error());
    return std::make_unique<S3HistoryStore>(*location, s3::find_credentials(platform.environment), platform, patience);
  }
  if (text.starts_with(kGit)) {
    auto branch = text.substr(kGit.size());
    if (!is_branch(branch)) return refused(text, "that is no name of a branch");
    std::error_code unknown;
    return std::make_unique<GitHistoryStore>(std::move(branch), std::filesystem::current_path(unknown), platform,
                                             patience);
  }
  if (!text.starts_with(kFile)) return refused(text, "there is no such kind of store");
  if (text.size() == kFile.size()) return refused(text, "no folder is named");
  std::error_code error;
  auto folder = std::filesystem::absolute(text.substr(kFile.size()), error).lexically_normal();
  if (error) return refused(text, error.message());
  return std::make_unique<FileHistoryStore>(std::move(folder), platform.clock, patience);
}

}  // namespace ci::history_store
