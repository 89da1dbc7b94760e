#include "apt/failure.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "apt/sources.hpp"
#include "base/text.hpp"

namespace ci::apt {
namespace {

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// The text between the first two quotes (' or `...') of `line`.
std::string quoted(std::string_view line) {
  const auto open = line.find_first_of("'`");
  if (open == std::string_view::npos) return {};
  const auto close = line.find('\'', open + 1);
  if (close == std::string_view::npos) return {};
  return std::string(line.substr(open + 1, close - open - 1));
}

// The class of a fetch error by the reason that apt gives.
FailureKind fetch_kind(std::string_view reason) {
  struct Rule {
    std::string_view part;
    FailureKind kind;
  };
  // The status stands first: the rest of the line has host and port, which may hold any digits.
  if (const auto status = base::parse_integer(base::trim(reason).substr(0, 3));
      status && *status >= 400 && *status < 600) {
    return *status == 404 ? FailureKind::not_found : FailureKind::http_error;
  }
  constexpr std::array<Rule, 16> kRules = {{
      {"does not have a Release file", FailureKind::not_found},
      {"Hash Sum mismatch", FailureKind::hash_mismatch},
      {"unexpected size", FailureKind::hash_mismatch},
      {"Could not resolve", FailureKind::name_resolution},
      {"failure resolving", FailureKind::name_resolution},
      {"Something wicked happened resolving", FailureKind::name_resolution},
      {"not signed", FailureKind::bad_signature},
      {"NO_PUBKEY", FailureKind::bad_signature},
      {"signature", FailureKind::bad_signature},
      {"Signature", FailureKind::bad_signature},
      {"is expired", FailureKind::expired},
      {"is not valid yet", FailureKind::expired},
      {"imed out", FailureKind::connection},
      {"onnection", FailureKind::connection},
      {"connect", FailureKind::connection},
      {"reading from server", FailureKind::connection},
  }};
  for (const auto& [part, kind] : kRules) {
    if (contains(reason, part)) return kind;
  }
  return FailureKind::other;
}

Failure about_url(FailureKind kind, std::string url, std::string_view detail) {
  Failure failure;
  failure.kind = kind;
  failure.host = host_of(url);
  failure.url = std::move(url);
  failure.detail = std::string(base::trim(detail));
  return failure;
}

// "E: Failed to fetch URL  REASON" and "W: Failed to fetch URL  REASON"
std::optional<Failure> failed_to_fetch(std::string_view line) {
  constexpr std::string_view kMark = "Failed to fetch ";
  const auto at = line.find(kMark);
  if (at == std::string_view::npos || at > 4) return std::nullopt;
  line.remove_prefix(at + kMark.size());
  const auto end = line.find(' ');
  const auto reason = end == std::string_view::npos ? std::string_view() : base::trim(line.substr(end));
  return about_url(fetch_kind(reason), std::string(line.substr(0, end)), reason);
}

// "E: The repository 'URL SUITE Release' does not have a Release file." / "... is not signed."
std::optional<Failure> bad_repository(std::string_view line) {
  if (!contains(line, "The repository '") && !contains(line, "GPG error: ") && !contains(line, "Release file for ")) {
    return std::nullopt;
  }
  const auto url = line.find("://");
  if (url == std::string_view::npos) return std::nullopt;
  const auto begin = line.find_last_of(" '", url) + 1;
  const auto end = line.find_first_of(" '", url);
  return about_url(fetch_kind(line), std::string(line.substr(begin, end - begin)),
                   line.substr(std::min<std::size_t>(3, line.size())));
}

std::optional<Failure> unknown_package(std::string_view line) {
  Failure failure;
  failure.kind = FailureKind::unknown_package;
  failure.detail = std::string(base::trim(line.substr(std::min<std::size_t>(3, line.size()))));
  constexpr std::string_view kLocate = "Unable to locate package ";
  if (const auto at = line.find(kLocate); at != std::string_view::npos) {
    failure.package = std::string(base::trim(line.substr(at + kLocate.size())));
    return failure;
  }
  if (contains(line, "has no installation candidate") || contains(line, "ouldn't find any package by") ||
      ((line.starts_with("E: Version '") || line.starts_with("E: Release '")) && contains(line, "was not found"))) {
    failure.package = quoted(line);
    if (const auto of = line.find(" for '"); of != std::string_view::npos) failure.package = quoted(line.substr(of));
    return failure;
  }
  return std::nullopt;
}

// The rules for everything that concerns no single file; in order of what tells most.
Failure local_failure(const std::vector<std::string>& lines) {
  struct Rule {
    std::string_view part;
    FailureKind kind;
  };
  constexpr std::array<Rule, 11> kRules = {{
      {"No space left on device", FailureKind::disk_full},
      {"have enough free space", FailureKind::disk_full},
      {"Could not get lock", FailureKind::locked},
      {"Unable to acquire the dpkg frontend lock", FailureKind::locked},
      {"Unable to lock", FailureKind::locked},
      {"dpkg: error processing package", FailureKind::maintainer_script},
      {"dpkg: error processing archive", FailureKind::maintainer_script},
      {"unmet dependencies", FailureKind::unmet_dependencies},
      {"held broken packages", FailureKind::unmet_dependencies},
      {"Unable to correct problems", FailureKind::unmet_dependencies},
      {"Sub-process /usr/bin/dpkg returned an error", FailureKind::maintainer_script},
  }};
  for (const auto& [part, kind] : kRules) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (!contains(lines[i], part)) continue;
      Failure failure;
      failure.kind = kind;
      failure.detail = std::string(base::trim(lines[i]));
      if (kind == FailureKind::maintainer_script) {
        const auto at = lines[i].find(part) + part.size();
        const auto rest = base::words(std::string_view(lines[i]).substr(std::min(at, lines[i].size())));
        if (!rest.empty()) failure.package = rest.front();
        // dpkg's reason stands on the next line, indented.
        if (i + 1 < lines.size()) failure.detail += " " + std::string(base::trim(lines[i + 1]));
      }
      // The unmet dependencies themselves: "pkg : Depends: x but it is not installable".
      if (kind == FailureKind::unmet_dependencies) {
        for (const auto& line : lines) {
          if (contains(line, "Depends: ")) failure.detail += "; " + std::string(base::trim(line));
        }
      }
      return failure;
    }
  }
  return {};
}

}  // namespace

std::string_view word(FailureKind kind) {
  switch (kind) {
    case FailureKind::none:
      return "";
    case FailureKind::unknown_package:
      return "unknown-package";
    case FailureKind::unmet_dependencies:
      return "unmet-dependencies";
    case FailureKind::http_error:
      return "http-error";
    case FailureKind::not_found:
      return "http-404";
    case FailureKind::hash_mismatch:
      return "hash-mismatch";
    case FailureKind::stalled:
      return "stalled";
    case FailureKind::trickling:
      return "trickling";
    case FailureKind::phase_deadline:
      return "phase-deadline";
    case FailureKind::name_resolution:
      return "name-resolution";
    case FailureKind::connection:
      return "connection";
    case FailureKind::bad_signature:
      return "bad-signature";
    case FailureKind::expired:
      return "expired";
    case FailureKind::locked:
      return "locked";
    case FailureKind::disk_full:
      return "disk-full";
    case FailureKind::maintainer_script:
      return "maintainer-script";
    case FailureKind::other:
      return "apt";
  }
  return "";
}

Remedy remedy(FailureKind kind) {
  switch (kind) {
    case FailureKind::unknown_package:
    case FailureKind::not_found:
    case FailureKind::hash_mismatch:
      return Remedy::update_lists;
    case FailureKind::http_error:
    case FailureKind::stalled:
    case FailureKind::trickling:
    case FailureKind::phase_deadline:
    case FailureKind::name_resolution:
    case FailureKind::connection:
    case FailureKind::bad_signature:
    case FailureKind::expired:
      return Remedy::next_mirror;
    case FailureKind::locked:
      return Remedy::wait;
    case FailureKind::none:
    case FailureKind::unmet_dependencies:
    case FailureKind::disk_full:
    case FailureKind::maintainer_script:
    case FailureKind::other:
      return Remedy::none;
  }
  return Remedy::none;
}

std::string hint(const Failure& failure) {
  const std::string mirror = "the mirror is at fault: run the job again later, or name another one in apt.mirrors";
  switch (failure.kind) {
    case FailureKind::unknown_package:
      return "check the name, or add the source that has it";
    case FailureKind::unmet_dependencies:
      return "two sources may not fit together: ask for versions that do, or remove one";
    case FailureKind::not_found:
    case FailureKind::hash_mismatch:
      return "the mirror is being updated or is out of step: " + mirror.substr(mirror.find("run"));
    case FailureKind::http_error:
    case FailureKind::stalled:
    case FailureKind::trickling:
    case FailureKind::connection:
      return mirror;
    case FailureKind::phase_deadline:
      return "raise apt.deadlines for this phase, or name a quicker mirror in apt.mirrors";
    case FailureKind::name_resolution:
      return "check the machine's DNS, its proxy, and the host name in its apt sources";
    case FailureKind::bad_signature:
      return "install the source's signing key (signed-by), or remove the source";
    case FailureKind::expired:
      return "check the machine's clock, or use a mirror that is kept up to date";
    case FailureKind::locked:
      return "another apt or dpkg is running: wait for it before this step";
    case FailureKind::disk_full:
      return "free some disk space before this step";
    case FailureKind::maintainer_script:
      return "run with --verbose to see the package's own output";
    case FailureKind::none:
    case FailureKind::other:
      return "run with --verbose to see apt's own output";
  }
  return {};
}

std::vector<Failure> fetch_failures(const std::vector<std::string>& lines) {
  std::vector<Failure> failures;
  for (const auto& line : lines) {
    auto failure = failed_to_fetch(line);
    if (!failure) failure = bad_repository(line);
    if (failure) failures.push_back(std::move(*failure));
  }
  return failures;
}

Failure classify(const std::vector<std::string>& lines) {
  for (const auto& line : lines) {
    if (const auto failure = unknown_package(line)) return *failure;
  }
  if (auto failure = local_failure(lines)) return failure;
  auto fetches = fetch_failures(lines);
  if (!fetches.empty()) {
    const auto official =
        std::find_if(fetches.begin(), fetches.end(), [](const Failure& f) { return is_official(f.url); });
    return official != fetches.end() ? *official : fetches.front();
  }
  for (const auto& line : lines) {
    if (line.starts_with("E: ")) {
      Failure failure;
      failure.kind = FailureKind::other;
      failure.detail = line.substr(3);
      return failure;
    }
  }
  return {};
}

}  // namespace ci::apt
