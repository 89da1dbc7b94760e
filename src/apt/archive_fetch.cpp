#include "apt/archive_fetch.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <mutex>
#include <optional>
#include <thread>

#include "apt/deb_folder.hpp"
#include "base/text.hpp"
#include "platform/become.hpp"
#include "platform/system_error.hpp"

namespace ci::apt {
namespace {

namespace fs = std::filesystem;

constexpr char kAptHelper[] = "/usr/lib/apt/apt-helper";
constexpr std::size_t kConnections = 4;
constexpr std::size_t kTurns = 4;  // of each connection: none waits long for the slowest, and archives come early

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

// Downloads archives to a folder, a batch at a time over each connection, and has each batch in its place as soon as
// apt has verified it.
class Fetch {
 public:
  Fetch(platform::ProcessRunner& processes, const std::vector<ArchiveToFetch>& list, fs::path folder, fs::path archives,
        const std::vector<std::string>& options)
      : processes_(processes), folder_(std::move(folder)), archives_(std::move(archives)), options_(options) {
    for (const auto& archive : list) total_ += archive.bytes;
    const auto share = total_ / static_cast<std::int64_t>(kConnections * kTurns);
    std::int64_t bytes = share;  // of the last batch
    for (const auto& archive : list) {
      if (bytes >= share) {
        batches_.emplace_back();
        bytes = 0;
      }
      batches_.back().push_back(archive);
      bytes += archive.bytes;
    }
  }

  // See fetch_archives().
  base::Result<bool> run() {
    {
      std::vector<std::jthread> connections;
      for (std::size_t i = 0; i < std::min(kConnections, batches_.size()); ++i)
        connections.emplace_back([this] { work(); });
    }
    if (error_) return base::fail(*error_);
    return !failed_;
  }

 private:
  void work() {
    std::unique_lock lock(mutex_);
    while (next_ < batches_.size() && !failed_ && !error_) {
      const auto& batch = batches_[next_++];
      lock.unlock();
      const auto outcome = processes_.run(download(batch));
      lock.lock();
      if (!outcome) {
        error_ = outcome.error();
      } else if (!outcome->succeeded()) {
        failed_ = true;
      } else if (auto kept = keep(batch); !kept) {
        error_ = kept.error();
      }
    }
  }

  platform::Command download(const std::vector<ArchiveToFetch>& batch) {
    platform::Command command;
    command.argv = {kAptHelper};
    command.argv.insert(command.argv.end(), options_.begin(), options_.end());
    command.argv.emplace_back("download-file");
    for (const auto& archive : batch)
      command.argv.insert(command.argv.end(), {archive.url, (folder_ / archive.file).string(), archive.hash});
    command.on_line = [this](platform::Stream, std::string_view line) {
      const std::lock_guard lock(mutex_);
      std::fwrite(line.data(), 1, line.size(), stdout);
      std::fputc('\n', stdout);
      std::fflush(stdout);
    };
    command.watch = [this]() -> std::optional<std::string> {
      const std::lock_guard lock(mutex_);
      tell_progress(kept_ + bytes_in(folder_), total_);
      return std::nullopt;
    };
    return command;
  }

  base::Result<void> keep(const std::vector<ArchiveToFetch>& batch) {
    for (const auto& archive : batch) {
      const auto file = folder_ / archive.file;
      (void)!::chown(file.c_str(), 0, 0);
      std::error_code error;
      fs::rename(file, archives_ / archive.file, error);
      if (error)
        return base::fail(base::ErrorKind::io, fmt::format("cannot keep {}: {}", archive.file, error.message()));
      kept_ += archive.bytes;
    }
    return {};
  }

  platform::ProcessRunner& processes_;
  const fs::path folder_;
  const fs::path archives_;
  const std::vector<std::string>& options_;
  std::vector<std::vector<ArchiveToFetch>> batches_;
  std::int64_t total_ = 0;  // bytes
  std::mutex mutex_;        // guards what follows, and standard output
  std::size_t next_ = 0;    // of batches_
  std::int64_t kept_ = 0;   // bytes
  bool failed_ = false;
  std::optional<base::Error> error_;
};

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
  platform::RunFolder::remove_left_behind(archives);
  const auto folder = make_deb_folder(archives);
  if (!folder) return base::fail(folder.error());
  // A folder in it: the outer one stays ours, by which a later run knows it.
  const auto download = folder->path() / "download";
  if (::mkdir(download.c_str(), S_IRWXU) != 0)
    return base::fail(platform::system_error("cannot make", download, errno));
  give_to_apt(download, archives);
  return Fetch(processes, list, download, archives, options).run();
}

}  // namespace ci::apt
