#pragma once
// How an installation is to be done. Filled from the configuration and the command line.
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "apt/configured_sources.hpp"
#include "apt/package_spec.hpp"
#include "apt/throughput_watch.hpp"
#include "base/time.hpp"
#include "platform/clock.hpp"
#include "store/store.hpp"

namespace ci::apt {

struct PhaseDeadlines {
  base::Duration update = std::chrono::seconds(120);
  base::Duration download = std::chrono::seconds(300);
  base::Duration install = std::chrono::seconds(600);  // unpack, configure and triggers together
};

enum class Recommends { yes, no };

// Whether the machine is thrown away after the job. If so, file syncs are suppressed and the manual-page index and the
// initramfs are not rebuilt: nobody will read them.
enum class Lifetime { kept, ephemeral };

enum class CacheUse { read, read_and_save };

// Where whole installations are kept (delta_tier.hpp), and how.
struct Cache {
  store::Store* store = nullptr;  // nullptr: nowhere
  CacheUse use = CacheUse::read_and_save;
  std::string version;  // part of the key, to begin anew
  base::Duration max_age = std::chrono::hours(24 * 7);
  std::vector<std::string> excluded;  // folders that no installation writes to, but this job may
};

struct Settings {
  std::vector<PackageSpec> packages;
  Recommends recommends = Recommends::yes;
  Lifetime lifetime = Lifetime::kept;
  base::Duration lists_max_age = std::chrono::hours(24 * 7);
  ThroughputLimit throughput;
  PhaseDeadlines deadlines;
  std::vector<SourceEntry> sources;             // beside the machine's own
  std::vector<std::string> mirrors;             // tried in turn when a source of the machine fails
  std::optional<platform::Monotonic> deadline;  // of the whole run
  std::string program;                          // path of this program, which starts apt for us (platform/become.hpp)
};

}  // namespace ci::apt
