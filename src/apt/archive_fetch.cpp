#include "apt/archive_fetch.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "base/text.hpp"
#include "platform/become.hpp"
#include "platform/filesystem.hpp"

namespace ci::apt {
namespace {

namespace fs = std::filesystem;

constexpr char kAptHelper[] = "/usr/lib/apt/apt-helper";
constexpr std::size_t kConnections = 4;
constexpr std::size_t kTurns = 2;  // of each connection, so that none waits long for the slowest

bool is_on_server(const std::string& url) {
  constexpr std::string_view kSchemes[] = {"http:", "https:", "mirror:", "mirror+"};
  return std::any_of(std::begin(kSchemes), std::end(kSchemes), [&](auto scheme) { return url.starts_with(scheme); });
}

// apt's methods give up root rights for the user who owns apt's own folder of half-fetched files.
void give_to_apt(const fs::path& folder, const fs::path& archives) {
  struct stat status {};
  if (::stat((archives / "partial").c_str(), &status) == 0)
    (void)!::chown(folder.c_str(), status.st_uid, status.st_gid);
}

std::int64_t bytes_in(const fs::path& folder) {
  std::int64_t total = 0;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const auto size = entry.file_size(error);
    if (!error) total += static_cast<std::int64_t>(size);
  }
  return total;
}

void tell_progress(std::int64_t done, std::int64_t total) {
  const auto line =
      fmt::format("dlstatus:1:{:.4f}:Retrieving\n", 100.0 * static_cast<double>(done) / static_cast<double>(total));
  (void)!::write(platform::kStatusDescriptor, line.data(), line.size());
}

}  // namespace

std::vector<ArchiveToFetch> archives_to_fetch(const Plan& plan, const fs::path& archives) {
  std::vector<ArchiveToFetch> list;
  for (const auto& package : plan.packages) {
    std::error_code error;
    const bool is_there = fs::file_size(archives / package.file, error) == static_cast<std::uintmax_t>(package.bytes);
    if (!is_on_server(package.url) || package.hash.empty() || (!error && is_there)) continue;
    list.push_back({package.url, package.file, package.hash, package.bytes});
  }
  return list;
}

std::string to_text(const std::vector<ArchiveToFetch>& list) {
  std::string text;
  for (const auto& archive : list)
    text += fmt::format("{}\t{}\t{}\t{}\n", archive.url, archive.file, archive.hash, archive.bytes);
  return text;
}

base::Result<std::vector<ArchiveToFetch>> parse_fetch_list(const std::string& text) {
  std::vector<ArchiveToFetch> list;
  for (const auto& line : base::split(text, '\n')) {
    if (line.empty()) continue;
    const auto fields = base::split(line, '\t');
    const auto bytes = fields.size() == 4 ? base::parse_integer(fields[3]) : std::nullopt;
    if (!bytes || fields[1].find('/') != std::string::npos) {
      return base::fail(base::ErrorKind::data, "not a line of a list of archives: " + line);
    }
    list.push_back({fields[0], fields[1], fields[2], *bytes});
  }
  return list;
}

base::Result<bool> fetch_archives(platform::ProcessRunner& processes, const std::vector<ArchiveToFetch>& list,
                                  const fs::path& archives, const std::vector<std::string>& options) {
  const auto folder = platform::TemporaryFolder::make(archives, "ci-optimizer-");
  if (!folder) return base::fail(folder.error());
  give_to_apt(folder->path(), archives);
  const auto lists = platform::TemporaryFolder::make("/tmp", "ci-optimizer-fetch-");
  if (!lists) return base::fail(lists.error());
  std::string arguments;
  std::int64_t total = 0;
  for (const auto& archive : list) {
    arguments += fmt::format("{}\n{}\n{}\n", archive.url, (folder->path() / archive.file).string(), archive.hash);
    total += archive.bytes;
  }
  if (const auto written = platform::write_file(lists->path() / "arguments", arguments); !written)
    return base::fail(written.error());

  platform::Command command;
  const std::size_t at_once = (list.size() + kConnections * kTurns - 1) / (kConnections * kTurns);
  command.argv = {"xargs",
                  "--arg-file=" + (lists->path() / "arguments").string(),
                  "--delimiter=\\n",
                  fmt::format("--max-procs={}", kConnections),
                  fmt::format("--max-args={}", 3 * at_once),
                  kAptHelper};
  command.argv.insert(command.argv.end(), options.begin(), options.end());
  command.argv.emplace_back("download-file");
  command.on_line = [](platform::Stream, std::string_view line) {
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fputc('\n', stdout);
    std::fflush(stdout);
  };
  command.watch = [&]() -> std::optional<std::string> {
    tell_progress(bytes_in(folder->path()), total);
    return std::nullopt;
  };
  const auto outcome = processes.run(command);
  if (!outcome) return base::fail(outcome.error());
  if (!outcome->succeeded()) return false;
  for (const auto& archive : list) {
    const auto file = folder->path() / archive.file;
    (void)!::chown(file.c_str(), 0, 0);
    std::error_code error;
    fs::rename(file, archives / archive.file, error);
    if (error) return base::fail(base::ErrorKind::io, fmt::format("cannot keep {}: {}", archive.file, error.message()));
  }
  return true;
}

}  // namespace ci::apt
