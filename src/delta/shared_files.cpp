#include "delta/shared_files.hpp"

#include <array>

#include "delta/path_pattern.hpp"

namespace ci::delta {
namespace {

using enum SharedRule;
using enum RecordFormat;

constexpr auto kTable = std::to_array<SharedFile>({
    // Users and groups, and the copies that passwd's own tools keep.
    {"/etc/passwd", merge, passwd, ""},
    {"/etc/passwd-", merge, passwd, ""},
    {"/etc/group", merge, group, ""},
    {"/etc/group-", merge, group, ""},
    {"/etc/shadow", merge_secret, shadow, ""},
    {"/etc/shadow-", merge_secret, shadow, ""},
    {"/etc/gshadow", merge_secret, gshadow, ""},
    {"/etc/gshadow-", merge_secret, gshadow, ""},
    {"/etc/subuid", merge, subordinate_ids, ""},
    {"/etc/subuid-", merge, subordinate_ids, ""},
    {"/etc/subgid", merge, subordinate_ids, ""},
    {"/etc/subgid-", merge, subordinate_ids, ""},
    {"/etc/shells", merge, lines, ""},
    {"/var/lib/apt/extended_states", merge, stanzas, ""},
    {"/var/cache/debconf/config.dat", merge, stanzas, ""},
    {"/var/cache/debconf/templates.dat", merge, stanzas, ""},
    {"/var/cache/debconf/passwords.dat", merge_secret, stanzas, ""},

    // dpkg's own state belongs together; the base's fingerprint covers the rest of it.
    {"/var/lib/dpkg/status", same, lines, ""},
    {"/var/lib/dpkg/available", same, lines, ""},
    {"/var/lib/dpkg/diversions", same, lines, ""},
    {"/var/lib/dpkg/statoverride", same, lines, ""},
    {"/var/lib/dpkg/triggers/*", same, lines, ""},
    {"/var/lib/dpkg/alternatives/*", same, lines, ""},
    {"/etc/alternatives/*", same, lines, ""},
    {"/var/lib/ucf/hashfile", same, lines, ""},
    {"/var/lib/ucf/registry", same, lines, ""},
    {"/etc/ca-certificates.conf", same, lines, ""},
    {"/etc/pam.d/common-*", same, lines, ""},
    {"/var/lib/pam/*", same, lines, ""},
    {"/etc/xml/*", same, lines, ""},
    {"/etc/sgml/catalog", same, lines, ""},
    {"/etc/perl/XML/SAX/ParserDetails.ini", same, lines, ""},
    {"/usr/lib/locale/locale-archive", same, lines, ""},

    // Caches that one command makes from what is there.
    {"/etc/ld.so.cache", rebuild, lines, "ldconfig"},
    {"/var/cache/ldconfig/aux-cache", rebuild, lines, "ldconfig"},
    {"/etc/mailcap", rebuild, lines, "update-mime"},
    {"/usr/share/mime/*", rebuild, lines, "update-mime-database /usr/share/mime"},
    {"/usr/share/applications/mimeinfo.cache", rebuild, lines, "update-desktop-database"},
    {"/usr/share/glib-2.0/schemas/gschemas.compiled", rebuild, lines, "dpkg-trigger /usr/share/glib-2.0/schemas"},
    {"/usr/lib/*/gdk-pixbuf-2.0/*/loaders.cache", rebuild, lines, "dpkg-trigger /usr/lib/gdk-pixbuf-2.0"},
    {"/usr/share/icons/*/icon-theme.cache", rebuild, lines, "update-icon-caches /usr/share/icons"},
    {"/usr/share/info/dir", rebuild, lines, "update-info-dir"},
    {"/var/cache/fontconfig/*", rebuild, lines, "fc-cache --system-only"},
    {"/var/cache/man/index.db", rebuild, lines, "mandb --quiet"},
    {"/etc/ssl/certs/ca-certificates.crt", rebuild, lines, "update-ca-certificates"},
    {"/etc/ssl/certs/java/cacerts", rebuild, lines, "update-ca-certificates"},
});

}  // namespace

std::span<const SharedFile> shared_files() {
  return kTable;
}

const SharedFile* find_shared(std::string_view path) {
  for (const auto& row : kTable) {
    if (fits_pattern(row.pattern, path)) return &row;
  }
  return nullptr;
}

std::string_view origin_of(std::string_view path) {
  const bool copy = path.starts_with("/etc/") && path.ends_with('-');
  return copy ? path.substr(0, path.size() - 1) : path;
}

std::string_view name_of(SharedRule rule) {
  switch (rule) {
    case same:
      return "same";
    case merge:
      return "merge";
    case merge_secret:
      return "merge-secret";
    case rebuild:
      return "rebuild";
  }
  return "";
}

}  // namespace ci::delta
