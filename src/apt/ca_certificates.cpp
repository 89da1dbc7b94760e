#include "apt/ca_certificates.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "platform/filesystem.hpp"
#include "platform/system_error.hpp"

namespace ci::apt {
namespace {

namespace fs = std::filesystem;

// Debian's 20230311 (bookworm as released), and 20250419 to 20260816 (its updates, trixie, sid).
constexpr std::array<std::string_view, 2> kKnownScripts = {
    "395364bffc7ce85ccbe2de71215f9c6c85c024af3bbd991c75a01c2d2aa3080a",
    "2cb06c85b5f01c4f6b72c3983d9f66d44aac0a7ac997ee55e7e429aedbc3934d",
};
constexpr char kBundle[] = "ca-certificates.crt";
constexpr char kUnfinishedBundle[] = "ca-certificates.crt.new";
constexpr char kRelabel[] = "/sbin/restorecon";
constexpr std::string_view kSuffix = ".crt";
constexpr std::size_t kLimit = std::size_t{1} << 20;  // bytes of a file
constexpr std::chrono::seconds kRehashing{60};

// Whether shell, sed and basename take the name as it is.
bool is_ordinary(std::string_view name) {
  const bool special = std::any_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == '\x7f' ||
           std::string_view("\\(),").find(c) != std::string_view::npos;
  });
  const std::string file = fs::path(name).filename();
  return !special && file.size() > kSuffix.size() && file.ends_with(kSuffix);
}

bool has_entries(const fs::path& folder) {
  std::error_code error;
  if (folder.empty() || !fs::exists(fs::symlink_status(folder, error))) return false;
  const bool empty = fs::is_directory(folder, error) && fs::is_empty(folder, error);
  return !empty || error;
}

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

void remove_links_to_nothing(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> found;
  for (auto entry = fs::recursive_directory_iterator(folder, error);
       !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    std::error_code ignored;
    if (entry->is_symlink(ignored) && !is_there(entry->path())) found.push_back(entry->path());
  }
  for (const auto& link : found) ::unlink(link.c_str());
}

// Makes the links named after hashes. Returns the program's exit code.
base::Result<int> rehash(const fs::path& folder, platform::ProcessRunner& processes) {
  platform::Command command;
  command.argv = {"openssl", "rehash", "."};
  command.directory = folder;
  command.timeout = kRehashing;
  command.on_line = [](platform::Stream stream, std::string_view line) {
    if (stream == platform::Stream::err) std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
  };
  auto outcome = processes.run(command);
  if (!outcome) return base::fail(std::move(outcome.error()));
  if (outcome->end == platform::End::exited) return outcome->code;
  return base::fail(base::ErrorKind::environment, "openssl rehash: " + outcome->describe());
}

}  // namespace

bool is_known_update_of_certificates(std::string_view script) {
  return std::find(kKnownScripts.begin(), kKnownScripts.end(), base::hex(base::sha256(script))) != kKnownScripts.end();
}

std::optional<CaCertificateUpdate> CaCertificateUpdate::plan(const CaCertificateFiles& files) {
  std::error_code error;
  if (!fs::is_directory(files.trusted, error) || fs::is_directory(files.trusted / kBundle, error)) return std::nullopt;
  if (is_there(kRelabel) || fs::exists(fs::symlink_status(files.trusted / kUnfinishedBundle, error)))
    return std::nullopt;
  if (has_entries(files.local) || has_entries(files.hooks)) return std::nullopt;
  const auto configuration = platform::read_file(files.configuration, kLimit);
  if (!configuration || !configuration->ends_with('\n')) return std::nullopt;

  CaCertificateUpdate update;
  update.files_ = files;
  for (const std::string_view line : base::split(*configuration, '\n')) {
    if (line.empty() || line.starts_with('#')) continue;
    const bool removed = line.starts_with('!');
    const auto name = line.substr(removed ? 1 : 0);
    if (!is_ordinary(name)) return std::nullopt;
    const fs::path file = files.certificates.string() + "/" + std::string(name);
    const fs::path link = files.trusted / (file.stem().string() + ".pem");
    if (fs::is_directory(link, error)) return std::nullopt;
    if (removed) {
      update.removed_.push_back(link);
    } else if (!fs::is_regular_file(file, error)) {
      update.absent_.push_back(file);
    } else {
      auto text = platform::read_file(file, kLimit);
      if (!text) return std::nullopt;
      if (!text->empty() && !text->ends_with('\n')) text->push_back('\n');
      update.put_up_.push_back({file, link, std::move(*text)});
    }
  }
  return update;
}

int CaCertificateUpdate::carry_out(platform::ProcessRunner& processes) const {
  const auto failed = [](const base::Error& error) {
    std::fprintf(stderr, "update-ca-certificates: %s\n", error.message.c_str());
    return 1;
  };
  std::printf("Updating certificates in %s...\n", files_.trusted.c_str());
  for (const auto& file : absent_) {
    std::fprintf(stderr, "W: %s not found, but listed in %s.\n", file.c_str(), files_.configuration.c_str());
  }
  const auto removed = remove_links();
  if (!removed) return failed(removed.error());
  const auto added = add_links();
  if (!added) return failed(added.error());
  if (*removed + *added > 0) {
    remove_links_to_nothing(files_.trusted);
    const auto code = rehash(files_.trusted, processes);
    if (!code) return failed(code.error());
    if (*code != 0) return *code;
  }
  if (const auto written = write_bundle(); !written) return failed(written.error());
  std::printf("%d added, %d removed; done.\n", *added, *removed);
  if (!files_.hooks.empty() && is_there(files_.hooks)) {
    std::printf("Running hooks in %s...\ndone.\n", files_.hooks.c_str());
  }
  return 0;
}

// Returns how many there were.
base::Result<int> CaCertificateUpdate::remove_links() const {
  int removed = 0;
  for (const auto& link : removed_) {
    std::error_code error;
    if (!fs::is_symlink(link, error)) continue;
    if (::unlink(link.c_str()) != 0) return base::fail(platform::system_error("cannot remove", link, errno));
    ++removed;
  }
  return removed;
}

// Returns how many were not there.
base::Result<int> CaCertificateUpdate::add_links() const {
  int added = 0;
  for (const auto& certificate : put_up_) {
    std::error_code error;
    if (is_there(certificate.link) && fs::read_symlink(certificate.link, error) == certificate.file) continue;
    ::unlink(certificate.link.c_str());
    if (::symlink(certificate.file.c_str(), certificate.link.c_str()) != 0) {
      return base::fail(platform::system_error("cannot make", certificate.link, errno));
    }
    ++added;
  }
  return added;
}

base::Result<void> CaCertificateUpdate::write_bundle() const {
  if (put_up_.empty()) return {};
  std::string bundle;
  for (const auto& certificate : put_up_) bundle += certificate.text;
  return platform::write_public_file(files_.trusted / kBundle, bundle);
}

}  // namespace ci::apt
