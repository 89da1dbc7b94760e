#pragma once
// Downloads archives over several connections at once. apt uses one connection to a host, and waits for its processor
// time meanwhile; `apt-helper` does the same work, with apt's settings, proxies, methods and checks, as often as it is
// started (issue 3, tier 3).
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "apt/plan.hpp"
#include "base/result.hpp"
#include "platform/process.hpp"

namespace ci::apt {

// What apt-helper is to download; written by write_fetch_list() for our own child with root rights.
struct ArchiveToFetch {
  std::string url;
  std::string file;  // its name in apt's cache
  std::string hash;  // "SHA256:..." from a signed list
  std::int64_t bytes = 0;
};

// Those archives of `plan` that lie on a server, have a hash, and are not in the folder `archives` yet.
std::vector<ArchiveToFetch> archives_to_fetch(const Plan& plan, const std::filesystem::path& archives);

// A file's text for `list`, and the way back. Error: data.
std::string to_text(const std::vector<ArchiveToFetch>& list);
base::Result<std::vector<ArchiveToFetch>> parse_fetch_list(const std::string& text);

// Downloads and verifies `list` with apt-helper under apt's `options`, some at a time, and puts them into apt's cache
// folder `archives` as soon as they are verified: what follows need not wait for the last of them. Needs root. Tells
// its progress as apt does, on the status descriptor, and what apt-helper prints on standard output. What killed
// downloads have left in `archives` is removed first. Returns whether all archives are there. Error: io, or what the
// process runner says.
base::Result<bool> fetch_archives(platform::ProcessRunner& processes, const std::vector<ArchiveToFetch>& list,
                                  const std::filesystem::path& archives, const std::vector<std::string>& options);

}  // namespace ci::apt
