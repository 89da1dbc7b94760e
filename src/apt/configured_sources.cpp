#include "apt/configured_sources.hpp"

#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/text.hpp"

namespace ci::apt {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::fail;

constexpr std::string_view kArmor = "-----BEGIN PGP PUBLIC KEY BLOCK-----";
constexpr std::size_t kLargestKey = std::size_t{1} << 20;

constexpr fs::perms kFolderMode{0755};

// The key's bytes: armored text or a binary keyring (RFC 4880, 4.2: the first bit of a packet is set).
base::Result<std::string> key_contents(const std::string& signed_by) {
  if (is_armored_key(signed_by)) return signed_by;
  auto contents = platform::read_file(signed_by, kLargestKey);
  if (!contents) {
    return fail(ErrorKind::data, "cannot read the key of a package source: " + contents.error().message,
                "check signed-by below apt.sources: the path of a key, or the armored key itself");
  }
  const bool binary = !contents->empty() && (static_cast<unsigned char>(contents->front()) & 0x80U) != 0;
  if (binary || is_armored_key(*contents)) return contents;
  return fail(ErrorKind::data, signed_by + " holds no OpenPGP public key",
              "give the file as the archive's owner offers it, armored or binary");
}

// One line a field, as deb822 has it.
std::string fields_of(const SourceEntry& entry, const std::string& key) {
  std::string text = "Types: deb\n";
  const auto add = [&](std::string_view name, const std::vector<std::string>& values) {
    if (!values.empty()) text += fmt::format("{}: {}\n", name, base::join(values, " "));
  };
  add("URIs", entry.uris);
  add("Suites", entry.suites);
  add("Components", entry.components);
  add("Architectures", entry.architectures);
  return text + "Signed-By: " + key + "\n\n";
}

}  // namespace

bool is_armored_key(std::string_view text) {
  return text.find(kArmor) != std::string_view::npos;
}

base::Result<ConfiguredSources> ConfiguredSources::make(const fs::path& machine_parts,
                                                        const std::vector<SourceEntry>& entries) {
  auto folder = platform::RunFolder::make("/tmp", "sources");
  if (!folder) return fail(folder.error());
  ConfiguredSources sources(std::move(*folder));
  if (auto linked = sources.link_machine(machine_parts); !linked) return fail(linked.error());
  if (auto added = sources.add(entries); !added) return fail(added.error());
  return sources;
}

// Links, so that what only root may read (passwords in a source) stays so.
base::Result<void> ConfiguredSources::link_machine(const fs::path& machine_parts) {
  std::error_code error;
  fs::permissions(parts(), kFolderMode, error);
  if (error) return fail(ErrorKind::io, "cannot make a folder of package sources readable: " + error.message());
  fs::directory_iterator entry(machine_parts, error);
  if (error) return {};  // the machine has no such folder
  for (const fs::directory_iterator end; !error && entry != end; entry.increment(error)) {
    fs::create_symlink(fs::absolute(entry->path()), parts() / entry->path().filename(), error);
    if (error) break;
  }
  if (error) return fail(ErrorKind::io, fmt::format("cannot link {}: {}", machine_parts.string(), error.message()));
  return {};
}

base::Result<void> ConfiguredSources::add(const std::vector<SourceEntry>& entries) {
  std::string text;
  for (const auto& entry : entries) {
    const auto contents = key_contents(entry.signed_by);
    if (!contents) return fail(contents.error());
    const auto key = add_key(*contents, &entry - entries.data());
    if (!key) return fail(key.error());
    text += fields_of(entry, key->string());
    identity_ += fields_of(entry, "sha256:" + base::hex(base::sha256(*contents)));
  }
  return platform::write_public_file(parts() / kConfiguredFile, text);
}

// apt tells the two forms of a key apart by the file's name.
base::Result<fs::path> ConfiguredSources::add_key(const std::string& contents, std::size_t number) {
  const fs::path file =
      parts() / fmt::format("ci-optimizer-key-{}.{}", number, is_armored_key(contents) ? "asc" : "gpg");
  if (auto written = platform::write_public_file(file, contents); !written) return fail(written.error());
  return file;
}

}  // namespace ci::apt
