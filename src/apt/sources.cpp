#include "apt/sources.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

#include "apt/configured_sources.hpp"
#include "base/text.hpp"

namespace ci::apt {
namespace {

namespace fs = std::filesystem;

// The index under any of the names in which apt keeps it: plain or compressed.
std::optional<base::TimePoint> age_stamp(const fs::path& file) {
  for (const char* ending : {"", ".lz4", ".gz", ".xz", ".zst", ".bz2"}) {
    struct stat status {};
    if (stat((file.string() + ending).c_str(), &status) == 0) {
      // The change time: apt sets the modification time to the server's.
      return base::TimePoint(std::chrono::seconds(status.st_ctim.tv_sec));
    }
  }
  return std::nullopt;
}

constexpr fs::perms kFolderReadable{0755};

std::string without_slash(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  return std::string(url);
}

}  // namespace

std::vector<IndexTarget> parse_index_targets(std::string_view listing) {
  std::vector<IndexTarget> targets;
  for (const auto& line : base::split(listing, '\n')) {
    const auto fields = base::split(line, '|');
    if (fields.size() == 3 && fields[0] == "Packages") targets.push_back({fields[1], fields[2]});
  }
  return targets;
}

std::string why_stale(const std::vector<IndexTarget>& targets, base::TimePoint now, base::Duration max_age) {
  if (targets.empty()) return "there is no package list";
  for (const auto& target : targets) {
    const auto stamp = age_stamp(target.file);
    // apt asks for a list of the architecture "all" too, which hardly any archive has.
    if (!stamp && target.file.string().find("_binary-all_") != std::string::npos) continue;
    if (!stamp) return "no package list from " + host_of(target.repository);
    if (now - *stamp > max_age) {
      return fmt::format("the package list from {} is {:.0f} hours old", host_of(target.repository),
                         base::seconds(now - *stamp) / 3600);
    }
  }
  return {};
}

std::string host_of(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find('/'));
  if (const auto at = url.rfind('@'); at != std::string_view::npos) url.remove_prefix(at + 1);
  return std::string(url);
}

bool is_official(std::string_view url) {
  const std::string host = "." + host_of(url);
  return host.ends_with(".debian.org") || host.ends_with(".ubuntu.com");
}

std::optional<std::string> next_mirror(std::string_view repository, const std::vector<std::string>& configured) {
  for (const auto& mirror : configured) {
    if (host_of(mirror) != host_of(repository)) return without_slash(mirror);
  }
  const std::string host = host_of(repository);
  if (host.ends_with("archive.ubuntu.com") && host != "archive.ubuntu.com") return "http://archive.ubuntu.com/ubuntu";
  if (host == "security.ubuntu.com") return "http://archive.ubuntu.com/ubuntu";
  if (host.starts_with("ftp.") && host.ends_with(".debian.org")) return "http://deb.debian.org/debian";
  if (host == "security.debian.org") return "http://deb.debian.org/debian-security";
  return std::nullopt;
}

base::Result<std::optional<AlternateSources>> AlternateSources::make(const fs::path& machine_list,
                                                                     const fs::path& machine_parts,
                                                                     const std::string& failed_host,
                                                                     const std::vector<std::string>& mirrors) {
  auto folder = platform::RunFolder::make("/tmp", "apt");
  if (!folder) return base::fail(std::move(folder.error()));
  AlternateSources sources(std::move(*folder));
  if (auto filled = sources.fill(machine_list, machine_parts, failed_host, mirrors); !filled)
    return base::fail(filled.error());
  if (sources.host_.empty()) return std::nullopt;
  return sources;
}

base::Result<void> AlternateSources::fill(const fs::path& machine_list, const fs::path& machine_parts,
                                          const std::string& failed_host, const std::vector<std::string>& mirrors) {
  std::error_code error;
  for (const auto& made : {folder(), parts(), lists()}) {
    fs::create_directories(made, error);
    fs::permissions(made, kFolderReadable, error);
    if (error) return base::fail(base::ErrorKind::io, "cannot make " + made.string() + ": " + error.message());
  }
  // An empty list keeps apt from falling back to the machine's own.
  if (auto written = platform::write_file(list(), ""); !written) return written;
  if (fs::exists(machine_list, error)) {
    if (auto copied = copy(machine_list, list(), failed_host, mirrors); !copied) return copied;
  }
  for (fs::directory_iterator entry(machine_parts, error), end; !error && entry != end; entry.increment(error)) {
    const auto ending = entry->path().extension();
    if (ending != ".list" && ending != ".sources") continue;
    const bool configured = entry->path().filename() == kConfiguredFile;
    const auto& replacements = configured ? std::vector<std::string>{} : mirrors;
    if (auto copied = copy(entry->path(), parts() / entry->path().filename(), failed_host, replacements); !copied)
      return copied;
  }
  return {};
}

base::Result<void> AlternateSources::copy(const fs::path& from, const fs::path& to, const std::string& failed_host,
                                          const std::vector<std::string>& mirrors) {
  const auto text = platform::read_file(from);
  if (!text) return base::fail(text.error());
  std::string replaced;
  for (std::size_t at = 0; at < text->size();) {
    const auto end = std::min(text->find_first_of(" \t\n", at), text->size());
    const auto word = text->substr(at, end - at);
    const auto host = host_of(word);
    const bool failed = !host.empty() && (failed_host.empty() || host == failed_host);
    const auto mirror = failed ? next_mirror(word, mirrors) : std::nullopt;
    if (mirror) host_ = host_of(*mirror);
    replaced += mirror.value_or(word);
    if (end < text->size()) replaced += (*text)[end];
    at = end + 1;
  }
  return platform::write_public_file(to, replaced);
}

}  // namespace ci::apt
