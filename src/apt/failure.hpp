#pragma once
// What went wrong, read from apt's own words, and what can be done about it.
#include <string>
#include <string_view>
#include <vector>

namespace ci::apt {

enum class FailureKind {
  none,
  unknown_package,
  unmet_dependencies,
  http_error,  // 4xx but 404, and 5xx
  not_found,   // HTTP 404: the lists name an archive that the mirror no longer has
  hash_mismatch,
  stalled,    // no byte for the throughput window
  trickling,  // too few bytes for it
  phase_deadline,
  name_resolution,
  connection,
  bad_signature,
  expired,  // a Release file out of its time, or a wrong clock
  locked,   // another apt or dpkg runs
  disk_full,
  maintainer_script,
  other,
};

// The remedy that an automatic second try can apply.
enum class Remedy { none, update_lists, next_mirror, wait };

struct Failure {
  FailureKind kind = FailureKind::none;
  std::string url;      // of the file or repository concerned; "" when none is
  std::string host;     // of that url
  std::string package;  // the package concerned; "" when none is
  std::string detail;   // apt's or our own words, one line

  explicit operator bool() const { return kind != FailureKind::none; }
};

// The class in records and messages: "unknown-package", "http-404", "stalled", ...
std::string_view word(FailureKind kind);
Remedy remedy(FailureKind kind);
// What the user can do about it.
std::string hint(const Failure& failure);

// Every file that apt could not fetch, from its "Failed to fetch", "does not have a Release file" and signature lines.
std::vector<Failure> fetch_failures(const std::vector<std::string>& lines);

// The failure that apt's output tells of, the most telling one first: a missing package before the fetch error that
// follows from it. kind none when the lines tell of none.
Failure classify(const std::vector<std::string>& lines);

}  // namespace ci::apt
