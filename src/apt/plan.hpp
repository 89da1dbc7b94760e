#pragma once
// What apt would do, read from `apt-get install --print-uris`.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ci::apt {

struct PlannedPackage {
  std::string name;
  std::string version;
  std::string architecture;
  std::string url;
  std::string file;  // the archive's name in apt's cache
  std::int64_t bytes = 0;
  std::string hash{};        // of the archive, as "SHA256:...", when the list that names it has one
  std::string local_file{};  // where it lies when it needs no download; "" otherwise
};

struct Plan {
  std::vector<PlannedPackage> packages;  // to be installed or upgraded
  std::vector<std::string> removed;      // names that apt would remove
  // To be downloaded.
  [[nodiscard]] std::int64_t bytes() const;
};

// Reads apt-get's answer (C locale).
Plan parse_plan(std::string_view listing);

// The bytes that a text such as "13.6 MB", "9415 kB" or "6924 B" names; 0 when it names none.
double parse_apt_size(std::string_view text);

// The bytes that apt says it has to download ("Need to get 1,024 kB/13.6 MB of archives."); -1 for any other line.
double parse_need_to_get(std::string_view line);

}  // namespace ci::apt
