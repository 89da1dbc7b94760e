#include "delta/fingerprint.hpp"

#include <algorithm>
#include <functional>
#include <system_error>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "delta/apt_settings.hpp"
#include "delta/packages.hpp"
#include "platform/filesystem.hpp"

namespace ci::delta {
namespace {

namespace fs = std::filesystem;

// Raised whenever an archive of an earlier version may not be restored any more.
constexpr char kFormat[] = "1";

class Lines {
 public:
  void add(const std::string& line) { text_.append(line).append("\n"); }
  void add_all(const std::vector<std::string>& lines) {
    for (const auto& line : lines) add(line);
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// The text of a file, or "" where there is none. What cannot be read decides nothing that we could install.
std::string text_of(const fs::path& file) {
  return platform::read_file(file).value_or("");
}

// The files of a folder whose names end in `ending`, in the order in which apt and dpkg read them. Both skip names
// with other characters (apt.conf(5), dpkg(1)).
std::vector<fs::path> parts_of(const fs::path& folder, std::string_view ending) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const auto name = entry->path().filename().string();
    const bool plain = std::all_of(name.begin(), name.end(), [](unsigned char letter) {
      return std::isalnum(letter) != 0 || letter == '_' || letter == '-' || letter == '.';
    });
    if (plain && !name.starts_with('.') && name.ends_with(ending)) files.push_back(entry->path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// The lines that say something, blanks at both ends off.
std::vector<std::string> meaningful_lines(std::string_view text) {
  std::vector<std::string> lines;
  for (const auto& line : base::split(text, '\n')) {
    const auto bare = base::trim(line);
    if (!bare.empty() && !bare.starts_with('#')) lines.emplace_back(bare);
  }
  return lines;
}

std::string os_release(const fs::path& root) {
  std::string text = text_of(root / "etc/os-release");
  // The link is relative on Debian; an absolute one leads out of a root that is not "/".
  if (text.empty()) text = text_of(root / "usr/lib/os-release");
  auto lines = meaningful_lines(text);
  std::sort(lines.begin(), lines.end());
  Lines all;
  all.add_all(lines);
  return all.text();
}

std::string native_architecture(const std::vector<Package>& packages) {
  for (const auto& package : packages) {
    if (package.name == "dpkg" && package.is_installed()) return package.architecture + "\n";
  }
  return "";
}

std::string foreign_architectures(const fs::path& root) {
  auto lines = meaningful_lines(text_of(root / "var/lib/dpkg/arch"));
  if (!lines.empty()) lines.erase(lines.begin());  // the native one
  std::sort(lines.begin(), lines.end());
  Lines all;
  all.add_all(lines);
  return all.text();
}

std::string package_lines(const std::vector<Package>& packages) {
  Lines all;
  for (const auto& one : packages) all.add(one.name + " " + one.architecture + " " + one.version + " " + one.status);
  return all.text();
}

// Keys by their contents, so that a key that is replaced is another source.
std::string signed_by(const fs::path& root, const std::string& value) {
  if (value.find("PGP PUBLIC KEY") != std::string::npos) return "key:" + base::hex(base::sha256(value));
  std::vector<std::string> keys;
  for (const auto& word : base::words(value)) {
    keys.push_back(word.starts_with('/') ? "sha256:" + base::hex(base::sha256(text_of(root.string() + word))) : word);
  }
  std::sort(keys.begin(), keys.end());
  return base::join(keys, " ");
}

std::string source_lines(const fs::path& root) {
  auto sources = one_line_sources(text_of(root / "etc/apt/sources.list"));
  const auto append = [&](std::vector<Source> more) { sources.insert(sources.end(), more.begin(), more.end()); };
  for (const auto& file : parts_of(root / "etc/apt/sources.list.d", ".list")) append(one_line_sources(text_of(file)));
  for (const auto& file : parts_of(root / "etc/apt/sources.list.d", ".sources")) append(deb822_sources(text_of(file)));
  std::vector<std::string> lines;
  for (const auto& one : sources) {
    lines.push_back(base::join({one.type, one.uri, one.suite, one.components, "[" + one.options + "]",
                                "[" + signed_by(root, one.signed_by) + "]"},
                               " "));
  }
  std::sort(lines.begin(), lines.end());
  lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  Lines all;
  all.add_all(lines);
  return all.text();
}

std::string pin_lines(const fs::path& root) {
  Lines all;
  all.add_all(meaningful_lines(text_of(root / "etc/apt/preferences")));
  for (const char* ending : {".pref", ""}) {
    for (const auto& file : parts_of(root / "etc/apt/preferences.d", ending)) {
      const bool bare = file.filename().string().find('.') == std::string::npos;
      if (bare == (*ending == '\0')) all.add_all(meaningful_lines(text_of(file)));
    }
  }
  return all.text();
}

std::string dpkg_options(const fs::path& root) {
  Lines all;
  for (const auto& file : parts_of(root / "etc/dpkg/dpkg.cfg.d", "")) all.add_all(meaningful_lines(text_of(file)));
  all.add_all(meaningful_lines(text_of(root / "etc/dpkg/dpkg.cfg")));
  return all.text();
}

std::string apt_options(const fs::path& root) {
  Lines all;
  for (const auto& file : parts_of(root / "etc/apt/apt.conf.d", "")) all.add_all(canonical_settings(text_of(file)));
  all.add_all(canonical_settings(text_of(root / "etc/apt/apt.conf")));
  return all.text();
}

}  // namespace

base::Result<Fingerprint> base_fingerprint(const fs::path& root) {
  const auto packages = read_packages(root);
  if (!packages) return base::fail(packages.error());
  Fingerprint fingerprint;
  Lines whole;
  const auto add = [&](const char* name, std::string text) {
    FingerprintPart part{name, base::hex(base::sha256(text)), std::move(text)};
    whole.add(part.name + " " + part.digest);
    fingerprint.parts.push_back(std::move(part));
  };
  add("format", kFormat);
  add("os-release", os_release(root));
  add("architecture", native_architecture(*packages));
  add("foreign-architectures", foreign_architectures(root));
  add("packages", package_lines(*packages));
  add("sources", source_lines(root));
  add("preferences", pin_lines(root));
  add("dpkg-options", dpkg_options(root));
  add("apt-options", apt_options(root));
  fingerprint.digest = base::hex(base::sha256(whole.text()));
  return fingerprint;
}

}  // namespace ci::delta
